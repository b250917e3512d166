import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { Advice } from '../../src/ike/advice.ts';
import { describeIkeAuth, sizeForMeasurement } from '../../src/ike/description.ts';
import { ikeAuthRequestSize } from '../../src/ike/ike-auth-size.ts';
import { ikeFragments } from '../../src/ike/ike-fragments.ts';
import { judgeIkeAuth, type VerdictQuestion } from '../../src/ike/verdict.ts';
import { anyDescription, factsOf, madeUp, RSA_2048 } from './descriptions.ts';

/** A request that was sized, on a path where it does not fit. */
const questions: fc.Arbitrary<VerdictQuestion> = fc
  .record({
    description: anyDescription,
    family: fc.constantFrom(4 as const, 6 as const),
    natT: fc.boolean(),
    mtuBytes: fc.integer({ min: 600, max: 1500 }),
    offered: fc.constantFrom(true, false, null),
    status: fc.constantFrom('delivered' as const, 'dropped' as const, 'untested' as const),
    vendor: fc.constantFrom('strongswan', 'microsoft', 'fortinet', 'cisco-ios'),
  })
  .map(({ description, family, natT, mtuBytes, offered, status, vendor }) => {
    const sized = sizeForMeasurement(description, { cipher: null, family });
    return {
      sizeBytes: sized.sizeBytes,
      innerBytes: sized.innerBytes,
      natT,
      family,
      mtuBytes,
      bounds: { fits: mtuBytes, fails: mtuBytes + 1 },
      localMtuBytes: 1500,
      client: sized.client,
      cipher: sized.cipher,
      fragments: { status },
      gateway: { answers: true, fragmentationSupported: offered, vendor: { id: vendor, name: vendor } },
      request: sized.request,
    };
  });

describe('advice', () => {
  test('applied, gives the figure that it claims', () => {
    fc.assert(
      fc.property(questions, (question) => {
        for (const advice of judgeIkeAuth(question).advice) {
          expect(advice.effect).toEqual(advice.effect === null ? null : applied(question, advice));
          expect(figuresOf(advice).filter((figure) => !numbersIn(advice).includes(figure))).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('that says it fits turns the verdict into one that gets through', () => {
    fc.assert(
      fc.property(questions, (question) => {
        for (const advice of judgeIkeAuth(question).advice) {
          const changed = changedBy(question, advice);
          const expected = advice.effect?.fit === 'fits' && advice.change.type !== 'ip-fragments';
          expect(
            !expected || ['fits', 'ike-fragmented'].includes(judgeIkeAuth(changed).ikeAuth.verdict),
          ).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('on CAs gives the most with which the message fits', () => {
    const description = describeIkeAuth([madeUp({ type: 'ecdsa', curve: 'p256' }, 500)], {
      client: 'windows',
      isEap: false,
    });
    const judged = description && judgeWindows(description);
    expect(judged?.advice.find(({ id }) => id === 'fewer-authorities')).toMatchObject({
      text: expect.stringContaining(
        'With 13: the message has 1360 bytes instead of 2160, and fits in one packet.',
      ),
      effect: { messageBytes: 1360, fit: 'fits' },
    });
    const one = description && judgeWindows({ ...description, authorityCount: 14 });
    expect(one?.ikeAuth).toMatchObject({ size: 1376, verdict: 'ip-fragments-unknown' });
  });

  test('adds all changes up where none is enough', () => {
    const description = describeIkeAuth([madeUp(RSA_2048, 1500), madeUp(RSA_2048, 1000)], {
      client: 'windows',
      isEap: false,
    });
    const ids = (description && judgeWindows(description).advice.map(({ id }) => id)) ?? [];
    expect(ids.slice(-4)).toEqual([
      'smaller-certificate',
      'fewer-authorities',
      'shorter-chain',
      'all-smaller',
    ]);
  });

  test('on ECDSA is what a real certificate of the same CA comes to, but for the varying signature', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pathmtu-'));
    try {
      const run = (line: string) => execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'pipe' });
      run(
        'req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /O=Example-Organisation-of-some-length/CN=Root-CA -days 30',
      );
      run('ecparam -name prime256v1 -out p256.param');
      for (const [name, key] of [
        ['rsa', 'rsa:2048'],
        ['p256', 'ec:p256.param'],
      ] as const) {
        run(
          `req -newkey ${key} -nodes -keyout ${name}.key -out ${name}.csr -subj /O=Example-Organisation-of-some-length/CN=client.department.example.net`,
        );
        run(`x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -set_serial 4660 -days 30 -out ${name}.pem`);
      }
      const sizeWith = (name: string) => {
        const facts = factsOf(readFileSync(join(folder, `${name}.pem`), 'utf8'));
        const description = describeIkeAuth([facts], {
          client: 'strongswan',
          isEap: false,
          cipher: 'aes-gcm-16',
        });
        return description && sizeForMeasurement(description, { cipher: null, family: 4 });
      };
      const rsa = sizeWith('rsa');
      const advice = rsa && judgeSized(rsa, 1000).advice.find(({ id }) => id === 'smaller-certificate');
      expect(advice?.effect?.messageBytes).toBe(sizeWith('p256')?.sizeBytes);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function judgeWindows(description: Parameters<typeof sizeForMeasurement>[0]) {
  return judgeSized(sizeForMeasurement(description, { cipher: null, family: 4 }), 1400);
}

function judgeSized(sized: ReturnType<typeof sizeForMeasurement>, mtuBytes: number) {
  return judgeIkeAuth({
    sizeBytes: sized.sizeBytes,
    innerBytes: sized.innerBytes,
    natT: true,
    family: 4,
    mtuBytes,
    bounds: { fits: null, fails: null },
    localMtuBytes: null,
    client: sized.client,
    cipher: sized.cipher,
    fragments: { status: 'untested' },
    gateway: null,
    request: sized.request,
  });
}

/** The question after the advice was followed. */
function changedBy(question: VerdictQuestion, { change }: Advice): VerdictQuestion {
  switch (change.type) {
    case 'ike-fragmentation':
      return { ...question, gateway: { answers: true, fragmentationSupported: true, vendor: null } };
    case 'fragment-size':
      return {
        ...question,
        fragmentBytes: change.bytes,
        gateway: { answers: true, fragmentationSupported: true, vendor: null },
      };
    case 'ip-fragments':
      return { ...question, fragments: { status: 'delivered' } };
    case 'request': {
      const { messageBytes, innerBytes } = ikeAuthRequestSize(change.request);
      return {
        ...question,
        sizeBytes: messageBytes,
        innerBytes,
        request: change.request,
        gateway: { answers: true, fragmentationSupported: false, vendor: null },
      };
    }
    case 'size':
      return { ...question, sizeBytes: change.mostBytes, innerBytes: null };
  }
}

/** What leaves then, computed here anew. */
function applied(question: VerdictQuestion, advice: Advice): Advice['effect'] {
  const { family, natT, mtuBytes } = question;
  const changed = changedBy(question, advice);
  const overhead = (family === 4 ? 20 : 40) + 8 + (natT ? 4 : 0);
  const cutAs = {
    sender: question.client ?? 'generic',
    innerBytes: question.innerBytes ?? 0,
    cipher: question.cipher ?? 'aes-cbc-sha256',
    family,
    natT,
    ...(changed.fragmentBytes === undefined ? {} : { fragmentBytes: changed.fragmentBytes }),
  } as const;
  const packets = {
    'ike-fragmentation': () => (ikeFragments(cutAs)?.messageBytes ?? []).map((bytes) => bytes + overhead),
    'fragment-size': () => (ikeFragments(cutAs)?.messageBytes ?? []).map((bytes) => bytes + overhead),
    'ip-fragments': () => advice.effect?.packets ?? [],
    request: () => [changed.sizeBytes + overhead],
    size: () => [changed.sizeBytes + overhead],
  }[advice.change.type]();
  const isTooLarge = packets.some((packet) => packet > (mtuBytes ?? 0));
  return { messageBytes: changed.sizeBytes, packets, fit: isTooLarge ? 'too-large' : 'fits' };
}

/** The figures that the text must contain. */
function figuresOf({ change, effect }: Advice): readonly number[] {
  if (effect === null) return [];
  return change.type === 'request' || change.type === 'size'
    ? [effect.messageBytes]
    : [Math.max(...effect.packets)];
}

function numbersIn({ text }: Advice): readonly number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}
