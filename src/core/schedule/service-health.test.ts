import { describe, expect, it } from 'vitest';
import { judgeHealth, type ModelHealth } from './service-health.ts';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;

function healthOf(model: Partial<ModelHealth>) {
  const whole = { model: 'orders', dueAt: NOW, doneAt: NOW, graceMs: 3 * MINUTE, errorCode: undefined };
  const models = [{ ...whole, ...model }];
  return judgeHealth({ startedAt: NOW - MINUTE, running: undefined, lastOutcome: undefined, models }, NOW);
}

describe('the service', () => {
  it('is ready when every model was done lately', () => {
    expect(healthOf({ doneAt: NOW - 3 * MINUTE })).toEqual({ isReady: true, troubles: [] });
  });

  it.each([
    ['a model is overdue', { doneAt: NOW - 4 * MINUTE }, 'orders: not run for 240 s'],
    ['a model was never run', { doneAt: undefined }, 'orders: not run yet'],
    ['a model never came to be run', { doneAt: undefined, graceMs: 1 }, 'orders: not run for 60 s'],
    [
      'the last attempt came to nothing',
      { errorCode: 'mysql_unreachable' },
      'orders: the last run ended with mysql_unreachable',
    ],
  ])('is not ready when %s', (_, model, trouble) => {
    expect(healthOf(model)).toEqual({ isReady: false, troubles: [trouble] });
  });
});
