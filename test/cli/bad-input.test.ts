import { describe, expect, test } from '@jest/globals';
import { run } from './fake-surroundings.ts';

describe('bad input is one line that says what was wrong and what to do, and exit code 3', () => {
  test.each([
    { line: '', says: 'no host given: try pathmtu vpn.example.net, or pathmtu --help' },
    { line: 'measure', says: 'no host given: try pathmtu vpn.example.net, or pathmtu --help' },
    { line: 'a b', says: 'unexpected argument "b": give one host at a time' },
    { line: 'meassure host', says: 'there is no command "meassure": did you mean pathmtu measure?' },
    { line: 'host --verbos', says: 'unknown option --verbos: did you mean --verbose?' },
    { line: 'host --stratgy binary', says: 'unknown option --stratgy: did you mean --strategy?' },
    { line: 'host --no-natt', says: 'unknown option --no-natt: did you mean --no-nat-t?' },
    { line: 'host -json', says: 'unknown option -json: did you mean --json?' },
    { line: 'host --frobnicate', says: 'unknown option --frobnicate: see pathmtu --help' },
    { line: 'host --frobnicate=3', says: 'unknown option --frobnicate: see pathmtu --help' },
    { line: 'host -x', says: 'unknown option -x: see pathmtu --help' },
    { line: 'host --mtu 1400', says: '--mtu is an option of pathmtu predict, not of measure' },
    {
      line: 'host --max 20',
      says: '--max 20 is out of range: give a whole number of bytes from 68 to 65535',
    },
    {
      line: 'host --max -5',
      says: '--max -5 is out of range: give a whole number of bytes from 68 to 65535',
    },
    {
      line: 'host --max 65536',
      says: '--max 65536 is out of range: give a whole number of bytes from 68 to 65535',
    },
    {
      line: 'host --max 1e3',
      says: '--max "1e3" is not a whole number: give a whole number of bytes from 68 to 65535',
    },
    {
      line: 'host --max 0x5dc',
      says: '--max "0x5dc" is not a whole number: give a whole number of bytes from 68 to 65535',
    },
    {
      line: 'host --min 1400.5',
      says: '--min "1400.5" is not a whole number: give a whole number of bytes from 68 to 65535',
    },
    {
      line: 'host --max=',
      says: '--max "" is not a whole number: give a whole number of bytes from 68 to 65535',
    },
    { line: 'host --max', says: '--max needs a value: --max BYTES' },
    { line: 'host --max --json', says: '--max needs a value: --max BYTES' },
    { line: 'host --max 900 --max 1000', says: '--max is given more than once: give it once' },
    { line: 'host --no-max', says: 'there is no --no-max: leave --max out for its default' },
    {
      line: 'host --min 1000 --max 900',
      says: '--min 1000 is larger than --max 900: give a --min of at most 900',
    },
    {
      line: 'host --ike-auth abc',
      says: '--ike-auth "abc" is not a whole number: give a whole number of bytes from 28 to 65503',
    },
    {
      line: 'host --ike-auth 27',
      says: '--ike-auth 27 is out of range: give a whole number of bytes from 28 to 65503',
    },
    {
      line: 'host --deadline 0',
      says: '--deadline 0 is out of range: give a whole number of seconds from 1 to 3600',
    },
    {
      line: 'host --ike-probes 4',
      says: '--ike-probes 4 is out of range: give a whole number of probes from 5 to 200',
    },
    {
      line: 'host --no-ike-probes',
      says: 'there is no --no-ike-probes: leave --ike-probes out for its default',
    },
    {
      line: 'host --negotiate=no',
      says: '"--negotiate=no": --negotiate takes no value, give --negotiate or --no-negotiate',
    },
    { line: 'host --gateway rras', says: '--gateway is an option of pathmtu predict, not of measure' },
    { line: 'host -4 -6', says: '-4 and -6 exclude each other: give one of them' },
    { line: '-46 host', says: '-46: give -4 or -6' },
    { line: 'host --method tcp', says: '--method does not know "tcp": give icmp, udp, ike, or icmp,udp,ike' },
    {
      line: 'host --method icmp,upd',
      says: '--method does not know "upd": give icmp, udp, ike, or icmp,udp,ike',
    },
    { line: 'host --strategy gentle', says: '--strategy does not know "gentle": give parallel or binary' },
    { line: 'host --format jsn', says: '--format does not know "jsn": did you mean json?' },
    {
      line: 'host --json --format table',
      says: '--json and --format table contradict each other: give one of them',
    },
    { line: 'host --nat-t=yes', says: '"--nat-t=yes": --nat-t takes no value, give --nat-t or --no-nat-t' },
    {
      line: 'predict',
      says: 'predict needs --ike-auth, --cert or --eap: pathmtu predict --ike-auth BYTES --mtu BYTES',
    },
    {
      line: 'predict --ike-auth 3200',
      says: 'predict needs --mtu: pathmtu predict --ike-auth BYTES --mtu BYTES',
    },
    { line: 'predict host --mtu 1400', says: 'unexpected argument "host": predict takes options only' },
    {
      line: 'predict --ike-auth 3200 --mtu 67',
      says: '--mtu 67 is out of range: give a whole number of bytes from 68 to 65535',
    },
    {
      line: 'predict --ike-auth 3200 --mtu 1279 --ipv6',
      says: '--mtu 1279 is out of range: give a whole number of bytes from 1280 to 65535',
    },
    {
      line: 'host --flows 65',
      says: '--flows 65 is out of range: give a whole number of flows from 1 to 64',
    },
    {
      line: 'host --flows many',
      says: '--flows "many" is not a whole number: give a whole number of flows from 1 to 64',
    },
    {
      line: 'predict --ike-auth 3200 --mtu 1400 --deadline 3',
      says: '--deadline is an option of pathmtu measure, not of predict',
    },
  ])('pathmtu $line', async ({ line, says }) => {
    expect(await run(line.split(' ').filter((word) => word !== ''))).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: `pathmtu: ${says}\n`,
      measured: [],
    });
  });

  test('an empty host is not a host', async () => {
    expect(await run([''])).toMatchObject({
      exitCode: 3,
      stderr: 'pathmtu: the host is empty: give a name or an address, such as vpn.example.net\n',
    });
  });

  test('line breaks and control characters in an argument stay within the line', async () => {
    const { stderr } = await run(['host', 'a\nb\u001B[2J']);
    expect(stderr).toBe('pathmtu: unexpected argument "a\\nb\\u001b[2J": give one host at a time\n');
  });
});
