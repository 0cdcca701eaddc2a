import { describe, expect, test } from 'vitest';
import { readSwitches, readSwitchText } from './read-switches.ts';
import { choicesInWords, SWITCH_NAMES } from './switch-choices.ts';
import { DEFAULT_SWITCHES, SWITCH_DESCRIPTIONS } from './switches.ts';

describe('switches as people write them', () => {
  test.each([
    ['autoMerge=false', { autoMerge: false }],
    ['applyDelayMs=500', { applyDelayMs: 500 }],
    ['identifiers=id_only', { identifiers: 'id_only' }],
    ['eventDedupeWindowSeconds=null', { eventDedupeWindowSeconds: null }],
  ])('%s', (text, expected) => {
    const changes = readSwitchText(text);
    expect(changes).toEqual(expected);
    expect(readSwitches(changes, DEFAULT_SWITCHES)).toEqual({ ...DEFAULT_SWITCHES, ...expected });
  });

  test.each([
    ['autoMerg=true', 'did you mean "autoMerge"?'],
    ['auto-merge=true', 'did you mean "autoMerge"?'],
    ['apply_delay_ms=1', 'did you mean "applyDelayMs"?'],
    ['zzzzzzzzzzzz=1', `there are ${SWITCH_NAMES.join(', ')}`],
    ['autoMerge', 'write a switch as name=value'],
    ['__proto__=1', 'there is no switch "__proto__"'],
    ['autoMerge=yes', 'the switch autoMerge takes true or false'],
    ['identifiers=phone', 'the switch identifiers takes email_or_id or id_only or email_only'],
    ['oversizeStatus=500', 'the switch oversizeStatus takes 400 or 413'],
    ['applyDelayMs=-1', 'the switch applyDelayMs takes a whole number from 0 on'],
    ['eventDedupeWindowSeconds=x', 'takes a whole number from 0 on, or null'],
  ])('%s is refused: %s', (text, message) => {
    expect(() => readSwitches(readSwitchText(text), DEFAULT_SWITCHES)).toThrow(message);
  });

  test.each([[null], [7], [[]], ['x']])('%j is no set of switches', (value) => {
    expect(() => readSwitches(value, DEFAULT_SWITCHES)).toThrow('given as an object');
  });

  test('every switch says what it takes, and its default is among it', () => {
    expect([...SWITCH_NAMES].toSorted()).toEqual(Object.keys(SWITCH_DESCRIPTIONS).toSorted());
    for (const name of SWITCH_NAMES) {
      expect(choicesInWords(name)).not.toBe('');
      expect(readSwitches({ [name]: DEFAULT_SWITCHES[name] }, DEFAULT_SWITCHES)).toEqual(DEFAULT_SWITCHES);
    }
  });
});
