import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { predictIkeAuth } from '../../src/ike/ike-auth.ts';
import { json } from '../../src/report/json.ts';
import { prediction, type Prediction } from '../../src/report/prediction.ts';

const PIPE = { columns: null, color: false };

describe('a prediction', () => {
  test('lists the IP fragments and says what to do about them', () => {
    expect(prediction(predicted(3200, 1400), PIPE)).toBe(`\
PREDICTION`);
  });

  test('of a message that fits says so and leaves it at that', () => {
    expect(prediction(predicted(1200, 1400), PIPE)).toBe(`\
FITTING`);
  });

  test('counts equal fragments when there are many', () => {
    expect(prediction(predicted(20_000, 1400), PIPE)).toContain(
      '  IP fragments   14 x 1396 + 768 (whole packets, in bytes)\n',
    );
  });

  test('is never wider than 80 columns', () => {
    fc.assert(
      fc.property(fc.integer({ min: 28, max: 65_503 }), fc.integer({ min: 68, max: 65_535 }), (size, mtu) => {
        const lines = prediction(predicted(size, mtu), PIPE).split('\n');
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      }),
    );
  });

  test('as JSON is the prediction itself, ended by a newline', () => {
    const text = json(predicted(3200, 1400));
    expect(text).toMatch(/^\{\n {2}"schemaVersion": 1,\n[^]*\}\n$/);
    expect(JSON.parse(text)).toEqual(predicted(3200, 1400));
  });
});

function predicted(sizeBytes: number, mtu: number): Prediction {
  return {
    schemaVersion: 1,
    ikeAuth: predictIkeAuth({ sizeBytes, natT: true, family: 4, mtuBytes: mtu }),
    mtu,
  };
}
