// one-off: paste the real text, for me to read and check by eye
import { readFileSync, writeFileSync } from 'node:fs';
import { table } from '../../src/report/table.ts';
import { verboseLine } from '../../src/report/verbose.ts';
import { prediction } from '../../src/report/prediction.ts';
import { predictIkeAuth } from '../../src/ike/ike-auth.ts';
import { answered, failed, ignored, lost, refused, tooBig, udp } from './events.ts';
import * as r from './results.ts';
const PIPE = { columns: null, color: false };
const p = (sizeBytes: number, mtu: number) =>
  prediction(
    { schemaVersion: 1, ikeAuth: predictIkeAuth({ sizeBytes, natT: true, family: 4, mtuBytes: mtu }), mtu },
    PIPE,
  );
const texts: Record<string, string> = {
  HEALTHY: table(r.healthy, PIPE),
  SILENT: table(r.silent, PIPE),
  UNREACHABLE: table(r.unreachable, PIPE),
  BOUNDED: table(r.bounded, PIPE),
  PREDICTION: p(3200, 1400),
  FITTING: p(1200, 1400),
  VERBOSE: [
    answered(1),
    udp(answered(2, { isControl: true, sizeBytes: 68 })),
    answered(3, { late: true }),
    tooBig(4),
    refused(5),
    lost(6, { atMs: 10_000 }),
    failed(7),
    ignored(),
  ]
    .map(verboseLine)
    .join('\n'),
};
for (const f of ['table', 'prediction', 'verbose']) {
  const path = `test/report/${f}.test.ts`;
  let s = readFileSync(path, 'utf8');
  for (const [k, v] of Object.entries(texts)) s = s.replace(`\`\\\n${k}\``, () => `\`\\\n${v}\``);
  writeFileSync(path, s);
}
console.log(texts['VERBOSE']);
console.log(texts['FITTING']);
