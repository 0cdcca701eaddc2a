import { describe, expect, it } from 'vitest';
import { field } from '../../../test/support/fields.ts';
import { sentAttributes } from './item.ts';
import { thingWriter } from './thing-item.ts';

const attributes = [field({ name: 'name' }), field({ name: 'seats', type: 'integer' })];
const odd = 'a"b\\c/\u0001é😀';

describe('what is sent of things', () => {
  it('an object by type and id, with what changed', () => {
    const writer = thingWriter({ kind: 'objects', target: '2', attributes }, 'id');
    const key = { person: undefined, id: odd };
    expect(JSON.parse(writer.put(key, ['"Acme"', '12345678901234567890'], [0]))).toEqual({
      type: 'object',
      action: 'identify',
      identifiers: { object_type_id: '2', object_id: odd },
      attributes: { name: 'Acme' },
    });
    expect(writer.put(key, ['', '12345678901234567890'], undefined)).toMatch(
      /"attributes":\{"seats":12345678901234567890\}/,
    );
    expect(JSON.parse(String(writer.remove(key)))).toMatchObject({ type: 'object', action: 'delete' });
  });

  it('a relationship by its person, with all its attributes, or none at all', () => {
    const writer = thingWriter({ kind: 'relationships', target: '2', attributes }, 'email');
    const key = { person: 'a@x.example', id: odd };
    expect(JSON.parse(writer.put(key, ['"boss"', 'null'], [0]))).toEqual({
      type: 'person',
      action: 'add_relationships',
      identifiers: { email: 'a@x.example' },
      cio_relationships: [
        {
          identifiers: { object_type_id: '2', object_id: odd },
          relationship_attributes: { name: 'boss', seats: null },
        },
      ],
    });
    expect(writer.put(key, ['', ''], undefined)).not.toMatch(/relationship_attributes/);
    expect(JSON.parse(String(writer.remove(key)))).toMatchObject({ action: 'delete_relationships' });
  });

  it('a device with what it has by its nature, and its attributes apart', () => {
    const device = [field({ name: 'platform' }), field({ name: 'last_used' }), field({ name: 'model' })];
    const writer = thingWriter({ kind: 'devices', target: '', attributes: device }, 'id');
    const key = { person: '1', id: odd };
    expect(JSON.parse(writer.put(key, ['"ios"', '5', '"X"'], [2]))).toEqual({
      type: 'person',
      action: 'add_device',
      identifiers: { id: '1' },
      device: { token: odd, platform: 'ios', last_used: 5, attributes: { model: 'X' } },
    });
    expect(JSON.parse(writer.put(key, ['"ios"', '', ''], undefined)).device).toEqual({
      token: odd,
      platform: 'ios',
    });
    expect(JSON.parse(String(writer.remove(key)))).toMatchObject({
      action: 'delete_device',
      device: { token: odd },
    });
    expect(sentAttributes(Buffer.from(writer.put(key, ['"ios"', '', '"X"'], undefined)))).toEqual([
      'platform',
      'model',
    ]);
  });

  it('a member by the identifier alone', () => {
    const writer = thingWriter({ kind: 'segment', target: '7', attributes: [] }, 'id');
    expect(writer.put({ person: odd, id: undefined }, [], undefined)).toBe(JSON.stringify(odd));
  });

  it('tells which attributes an item has', () => {
    const bytes = (text: string) => Buffer.from(text, 'utf8');
    const objects = thingWriter({ kind: 'objects', target: '1', attributes }, 'id');
    const staff = thingWriter({ kind: 'relationships', target: '1', attributes }, 'id');
    const key = { person: '1', id: 'x' };
    expect(sentAttributes(bytes(objects.put(key, ['"a"', ''], undefined)))).toEqual(['name']);
    expect(sentAttributes(bytes(staff.put(key, ['"a"', '1'], undefined)))).toEqual(['name', 'seats']);
    expect(sentAttributes(bytes(staff.put(key, ['', ''], undefined)))).toEqual([]);
    expect(sentAttributes(bytes(String(objects.remove(key))))).toEqual([]);
  });
});
