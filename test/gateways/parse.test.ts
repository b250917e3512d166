import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { PathmtuError } from '../../src/errors.ts';
import { EXAMPLE_GATEWAYS_FILE } from '../../src/gateways/example.ts';
import { parseGateways } from '../../src/gateways/parse.ts';
import { plainGateway } from '../../src/gateways/plain.ts';

const FILE = 'gateways.yaml';

function refusal(text: string): string {
  try {
    parseGateways(text, FILE);
  } catch (error) {
    if (error instanceof PathmtuError && error.code === 'bad-gateways-file') return error.message;
    throw error;
  }
  return 'it is right';
}

describe('a gateways file', () => {
  test('needs no more than a host; the name is the host then', () => {
    expect(parseGateways('gateways:\n  - host: vpn.example.net\n', FILE).gateways).toEqual([
      plainGateway('vpn.example.net'),
    ]);
  });

  test('says all there is to say of a gateway', () => {
    const text = `
gateways:
  - name: paris
    host: vpn.example.net
    family: 6
    methods: [ike, icmp]
    requireMtu: 1400
    warnBelow: 1492
    ikeAuth: {certificates: [client.pem, ca.pem]}
    client: strongswan
    natT: false
    deadline: 2.5
    labels: {site: paris, floor: "3"}
`;
    expect(parseGateways(text, FILE).gateways).toEqual([
      {
        name: 'paris',
        host: 'vpn.example.net',
        family: 6,
        methods: ['ike', 'icmp'],
        requireMtu: 1400,
        warnBelow: 1492,
        ikeAuth: { type: 'certificates', files: ['client.pem', 'ca.pem'] },
        client: 'strongswan',
        natT: false,
        deadlineMs: 2500,
        labels: { site: 'paris', floor: '3' },
      },
    ]);
  });

  test('has defaults, which a gateway overrides, takes back with null, and adds labels to', () => {
    const text = `
defaults: {ikeAuth: 3200, requireMtu: 1280, labels: {team: network, site: none}}
gateways:
  - {host: a}
  - {host: b, ikeAuth: 1400, requireMtu: null, labels: {site: lyon}}
  - {host: c, labels: null}
`;
    expect(parseGateways(text, FILE).gateways).toEqual([
      plainGateway('a', {
        ikeAuth: { type: 'size', bytes: 3200 },
        requireMtu: 1280,
        labels: { team: 'network', site: 'none' },
      }),
      plainGateway('b', {
        ikeAuth: { type: 'size', bytes: 1400 },
        labels: { team: 'network', site: 'lyon' },
      }),
      plainGateway('c', { ikeAuth: { type: 'size', bytes: 3200 }, requireMtu: 1280 }),
    ]);
  });

  test('may be JSON, and may use anchors', () => {
    const gateways = [plainGateway('a', { family: 4 }), plainGateway('b', { family: 4 })];
    const json = JSON.stringify({
      gateways: [
        { host: 'a', family: 4 },
        { host: 'b', family: 4 },
      ],
    });
    expect(parseGateways(json, FILE).gateways).toEqual(gateways);
    const yaml = 'gateways:\n  - {host: a, family: &f 4}\n  - {host: b, family: *f}\n';
    expect(parseGateways(yaml, FILE).gateways).toEqual(gateways);
  });

  test('tells in which line each gateway stands', () => {
    const { lines } = parseGateways('gateways:\n  - host: a\n\n  - host: b\n', FILE);
    expect([...lines]).toEqual([
      ['a', 2],
      ['b', 4],
    ]);
  });

  test('of the example is right', () => {
    expect(parseGateways(EXAMPLE_GATEWAYS_FILE, FILE).gateways.map(({ name }) => name)).toEqual([
      'paris',
      'paris-ipv6',
      'lyon',
    ]);
  });
});

const GATEWAY = 'gateways:\n  - host: a\n';

describe('a gateways file that is wrong', () => {
  test.each([
    ['', 'line 1: the file is empty: pathmtu gateways init writes an example'],
    ['# nothing\n', 'line 1: the file is empty: pathmtu gateways init writes an example'],
    [
      'a: [1\n',
      'line 2: not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['gateways:\n\t- host: a\n', 'line 2: not YAML: there is a tab in the indentation: use spaces'],
    ['a: 1\n---\nb: 2\n', 'line 2: not YAML: there is a second document (---): a gateways file is one'],
    [`${GATEWAY}    host: b\n`, 'line 3: not YAML: this key stands here twice'],
    [
      'x: *nowhere\n',
      'line 1: not YAML: Unresolved alias (the anchor must be set before the alias): nowhere',
    ],
    ['- a\n', 'line 1: the file must be a list of key: value, with gateways: among them'],
    [
      'defaults: {}\n',
      'line 1: gateways is missing: it must be a list of gateways, each with at least a host',
    ],
    ['gateways: []\n', 'line 1: gateways must be a list of gateways, each with at least a host'],
    [
      'gateways:\n  - vpn\n',
      'line 2: gateways[0] must be a list of key: value, such as host: vpn.example.net, not "vpn"',
    ],
    ['gatewys:\n  - host: a\n', 'line 1: unknown key "gatewys": did you mean gateways?'],
    [
      `${GATEWAY}    requireMTU: 1400\n`,
      'line 3: unknown key "requireMTU" in gateways[0] (a): did you mean requireMtu?',
    ],
    ['gateways:\n  - hosts: a\n', 'line 2: unknown key "hosts" in gateways[0]: did you mean host?'],
    [
      'defaults: {mtu: 1}\ngateways: [{host: a}]\n',
      'line 1: unknown key "mtu" in defaults: known are family, methods, requireMtu, warnBelow, ikeAuth, client, natT, deadline, labels',
    ],
    [
      `${GATEWAY}    ikeAuth: {certificate: [x]}\n`,
      'line 3: unknown key "certificate" in gateways[0] (a): ikeAuth: did you mean certificates?',
    ],
    [
      'gateways:\n  - name: a\n',
      'line 2: gateways[0] (a): host is missing: it must be a host name or an address',
    ],
    [
      `${GATEWAY}    requireMtu:\n`,
      'line 3: gateways[0] (a): requireMtu has no value: give one, or leave the key out',
    ],
    [
      `${GATEWAY}    requireMtu: 67\n`,
      'line 3: gateways[0] (a): requireMtu must be a whole number of bytes from 68 to 65535, not 67',
    ],
    [
      `${GATEWAY}    ikeAuth: big\n`,
      'line 3: gateways[0] (a): ikeAuth must be a whole number of bytes from 28 to 65503, not "big"',
    ],
    [
      `${GATEWAY}    ikeAuth: {certificates: []}\n`,
      "line 3: gateways[0] (a): ikeAuth.certificates must be a list of certificate files, the client's own first",
    ],
    [`${GATEWAY}    family: 5\n`, 'line 3: gateways[0] (a): family must be 4 or 6, not 5'],
    [
      `${GATEWAY}    methods: icmp\n`,
      'line 3: gateways[0] (a): methods must be a list of some of icmp, udp, ike, not "icmp"',
    ],
    [
      `${GATEWAY}    methods:\n      - icmp\n      - tcp\n`,
      'line 5: gateways[0] (a): methods.1 must be icmp, udp, ike, not "tcp"',
    ],
    [`${GATEWAY}    natT: yes\n`, 'line 3: gateways[0] (a): natT must be true or false, not "yes"'],
    [
      `${GATEWAY}    deadline: 0\n`,
      'line 3: gateways[0] (a): deadline must be a number of seconds from 1 to 3600, not 0',
    ],
    [
      `${GATEWAY}    labels: {9a: x}\n`,
      'line 3: gateways[0] (a): labels.9a must be named in letters, digits and _, beginning with a letter',
    ],
    [
      `${GATEWAY}    labels: {a: 9}\n`,
      'line 3: gateways[0] (a): labels.a must be text: put it in quotes, not 9',
    ],
    [
      'gateways:\n  - host: "-6"\n',
      'line 2: gateways[0] (-6): host must be a host name or an address, not "-6"',
    ],
    [
      `${GATEWAY}    name: 7\n`,
      'line 3: gateways[0] (a): name must be text of 1 to 100 characters (a number: in quotes), not 7',
    ],
    [
      `${GATEWAY}  - host: a\n    family: 6\n`,
      'line 3: the name "a" is taken by the gateway in line 2: give each its own name',
    ],
    [
      `${GATEWAY}  - host: b\n    name: a\n`,
      'line 4: the name "a" is taken by the gateway in line 2: give each its own name',
    ],
    [
      `${GATEWAY}    requireMtu: 1500\n    warnBelow: 1400\n`,
      'line 4: gateways[0] (a): warnBelow (1400) is less than requireMtu (1500), so it would never warn: give a larger one, or leave it out',
    ],
  ])('%j is one line', (text, message) => {
    expect(refusal(text)).toBe(`${FILE}, ${message}`);
  });

  test('reports the first fault', () => {
    expect(refusal(`${GATEWAY}    family: 5\n    natT: 1\n`)).toContain('line 3');
  });

  test('does not fill the memory with aliases', () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const items =
        level === 0
          ? '[a, a]'
          : `[${Array(9)
              .fill(`*l${level - 1}`)
              .join(', ')}]`;
      return `l${level}: &l${level} ${items}\n`;
    });
    expect(refusal(levels.join(''))).toMatch(/^gateways\.yaml, line 1: not YAML: /);
  });

  test('never ends in another error, whatever it says', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.json({ maxDepth: 4 }),
      fc
        .record({
          defaults: fc.anything({ maxDepth: 2 }),
          gateways: fc.array(
            fc.dictionary(
              fc.constantFrom('host', 'name', 'ikeAuth', 'labels', 'methods', 'certificates', '__proto__'),
              fc.anything({ maxDepth: 2 }),
            ),
          ),
        })
        .map((value) =>
          JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? 1 : inner)),
        ),
    );
    fc.assert(
      fc.property(anything, (text) => {
        expect(refusal(text)).not.toMatch(/\n/);
      }),
    );
  });
});
