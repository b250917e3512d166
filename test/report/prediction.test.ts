import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { predictIkeAuth } from '../../src/ike/ike-auth.ts';
import { json } from '../../src/report/json.ts';
import { prediction, type Prediction } from '../../src/report/prediction.ts';

const PIPE = { columns: null, color: false };

describe('a prediction', () => {
  test('lists the IP fragments and says what to do about them', () => {
    expect(prediction(predicted(3200, 1400), PIPE)).toBe(`\
IKE_AUTH of 3200 bytes: needs 3 IP fragments; whether they arrive is not known

  Path MTU       1400 bytes, as given
  As one packet  3232 bytes (3200 IKE_AUTH + 4 non-ESP marker + 8 UDP + 20 IPv4)
  IP fragments   1396 + 1396 + 480 (whole packets, in bytes)
  Why            The packet of 3232 bytes is larger than the path MTU of 1400
                 bytes, so it travels as 3 IP fragments; whether this path
                 delivers fragments has not been tested.
  What to do     Some firewalls drop IP fragments. Turn on IKEv2 fragmentation
                 (RFC 7383) at both ends, or make the certificates smaller:
                 ECDSA keys, fewer intermediate certificates. To measure the
                 path itself: sudo pathmtu <host> --ike-auth 3200
`);
  });

  test('of a message that fits says so and leaves it at that', () => {
    expect(prediction(predicted(1200, 1400), PIPE)).toBe(`\
IKE_AUTH of 1200 bytes: fits in one packet

  Path MTU       1400 bytes, as given
  As one packet  1232 bytes (1200 IKE_AUTH + 4 non-ESP marker + 8 UDP + 20 IPv4)
  Why            The packet of 1232 bytes is not larger than the path MTU of
                 1400 bytes.
`);
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
