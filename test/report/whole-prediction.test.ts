import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { gatewayOf, type PredictionInputs, predictWhole } from '../../src/ike/prediction.ts';
import { json } from '../../src/report/json.ts';
import { wholePrediction, type WholePredictionDocument } from '../../src/report/whole-prediction.ts';
import { anyClient, anyDescription, madeUp, RSA_2048 } from '../ike/descriptions.ts';

const PIPE = { columns: null, color: false };

const inputs: PredictionInputs = {
  client: 'strongswan',
  message: { type: 'size', sizeBytes: 3200, cipher: null },
  natT: true,
  family: 4,
  mtuBytes: 1200,
  ikeFragmentation: null,
  gateway: null,
  gatewayCertificates: [],
  mlKem: null,
};

describe('a whole prediction', () => {
  test('gives both outcomes, packet by packet, where nobody says whether the gateway fragments', () => {
    const text = wholePrediction(documentOf(inputs), PIPE);
    expect(text).toContain(`
REQUEST, if the gateway has IKEv2 fragmentation on: cut by strongSwan
IKE FRAGMENT  IKE MESSAGE  IP PACKET  ON THIS PATH
1 of 3               1236       1268  too large: IP fragments of 1196 + 92
2 of 3               1236       1268  too large: IP fragments of 1196 + 92
3 of 3                884        916  fits

REQUEST, unsplit: 3 IP fragments
IP FRAGMENT  IP PACKET
1 of 3            1196
2 of 3            1196
3 of 3             880
`);
  });

  test('puts equal neighbours of a long list into one row', () => {
    const text = wholePrediction(
      documentOf({
        ...inputs,
        client: 'windows',
        message: { type: 'size', sizeBytes: 12_000, cipher: null },
      }),
      PIPE,
    );
    expect(text).toContain(
      '\n1 to 24 of 25          580        612  fits\n25 of 25               100        132  fits\n',
    );
  });

  test('of what fits has no tables of fragments', () => {
    const text = wholePrediction(
      documentOf({ ...inputs, message: { type: 'size', sizeBytes: 1152, cipher: null } }),
      PIPE,
    );
    expect(text).toContain('\nREQUEST, unsplit: one packet of 1184 bytes, fits\n');
    expect(text).not.toContain('IKE FRAGMENT ');
    expect(text).not.toContain('WHAT TO DO');
  });

  test('of ML-KEM says that IKE_SA_INIT cannot be cut, and where it can', () => {
    const text = wholePrediction(documentOf({ ...inputs, mlKem: 768, ikeFragmentation: true }), PIPE);
    expect(text).toContain('IKE_SA_INIT, UDP port 500, with ML-KEM-768\n');
    expect(text).toContain('IKEv2 fragmentation cannot cut IKE_SA_INIT: it is not encrypted.');
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'Instead ML-KEM-768 in IKE_INTERMEDIATE (RFC 9242, RFC 9370)',
    );
  });

  test('is never wider than 80 columns, but for lines to enter', () => {
    const anyInputs = fc.record({
      client: anyClient,
      message: anyDescription.map((description) => ({ type: 'description' as const, description })),
      natT: fc.boolean(),
      family: fc.constantFrom(4 as const, 6 as const),
      mtuBytes: fc.integer({ min: 576, max: 9000 }),
      ikeFragmentation: fc.option(fc.boolean()),
      gateway: fc.constantFrom(null, 'rras', 'strongswan', 'cisco-ios').map(gatewayOf),
      gatewayCertificates: fc.constantFrom([], [madeUp(RSA_2048, 1560)]),
      mlKem: fc.constantFrom(null, 1024 as const),
    });
    fc.assert(
      fc.property(anyInputs, (each) => {
        const lines = wholePrediction(documentOf(each), PIPE).split('\n');
        const wide = lines.filter((line) => line.length > 80 && !line.startsWith('    '));
        expect(wide).toEqual([]);
      }),
    );
  });

  test('as JSON is the document itself', () => {
    const document = documentOf(inputs);
    expect(JSON.parse(json(document))).toEqual(JSON.parse(JSON.stringify(document)));
  });
});

function documentOf(each: PredictionInputs): WholePredictionDocument {
  return { schemaVersion: 1, ...predictWhole(each), mtu: each.mtuBytes, notes: ['a note'] };
}
