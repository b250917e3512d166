import { describe, expect, test } from '@jest/globals';
import { HopSearch, type Location } from '../../src/probe/hop-search.ts';
import { addressText, createFlow } from '../../src/probe/methods/flow.ts';
import { createIcmpMethod } from '../../src/probe/methods/icmp.ts';
import { createRandom } from '../../src/probe/random.ts';
import { CLIENT, HOST, routerAddress, SimulatedPath, type Link, type PathSpec } from '../sim/path.ts';

const LINK: Link = {
  mtu: 1500,
  delayMs: 5,
  jitterMs: 0,
  loss: 0,
  reorder: 0,
  reorderMs: 0,
  duplicate: 0,
  ptb: 'silent',
};

function pathOf(family: 4 | 6, links: readonly Partial<Link>[]): PathSpec {
  return {
    family,
    links: links.map((link) => ({ ...LINK, ...link })),
    echo: 'answers',
    udp: 'answers',
    returnMtu: Infinity,
    bandwidth: Infinity,
    queueBytes: Infinity,
    quotedTransportBytes: 8,
    forgery: 0,
    lieBytes: 0,
  };
}

/** Runs a whole search in virtual time. */
function locate(
  spec: PathSpec,
  largeBytes: number,
  seed = 1,
): { location: Location | null; packets: number } {
  const path = new SimulatedPath(spec, createRandom([seed, 1, 1, 1]));
  const random = createRandom([seed, 2, 2, 2]);
  const flow = createFlow(CLIENT[spec.family], HOST[spec.family], random);
  const search = new HopSearch({
    method: createIcmpMethod(flow, 7, random),
    largeBytes,
    targetHop: null,
  });
  const roundTripMs = spec.links.reduce((total, link) => total + 2 * link.delayMs, 0);
  let nowMs = 0;
  while (!search.isOver) {
    for (const { number, packet } of search.poll(nowMs, roundTripMs + 10)) {
      path.send(packet, nowMs);
      search.onSent(number, nowMs);
    }
    const nextMs = Math.min(search.wakeAtMs, path.nextAtMs);
    if (nextMs === Infinity) break;
    nowMs = Math.max(nowMs, nextMs);
    const arrival = path.nextAtMs <= nowMs ? path.next() : undefined;
    if (arrival !== undefined) search.onMessage(arrival.inbound, nowMs);
  }
  return { location: search.location, packets: path.packets };
}

describe.each([4, 6] as const)('the search for the hop of a black hole, over IPv%i', (family) => {
  test('names the last router that a large packet reached, and the next that only small ones do', () => {
    const { location, packets } = locate(pathOf(family, [{}, {}, { mtu: 1400 }, {}, {}]), 1401);
    expect(location).toEqual({ hop: 2, address: addressText(routerAddress(family, 2)), nextHop: 3 });
    // Twelve hops, large and small, twice each: one flight.
    expect(packets).toBe(48);
  });

  test('names the target as the next hop when the last link is the narrow one', () => {
    const { location } = locate(pathOf(family, [{}, {}, { mtu: 1400 }]), 1401);
    expect(location).toMatchObject({ hop: 2, nextHop: 3 });
  });

  test('takes a second flight for a path longer than twelve hops', () => {
    const links = Array.from({ length: 16 }, (_, index) => (index === 14 ? { mtu: 1400 } : {}));
    const { location, packets } = locate(pathOf(family, links), 1401);
    expect(location).toMatchObject({ hop: 14, nextHop: 15 });
    expect(packets).toBe(48 + 4 * 18);
  });

  test('says null when nobody answers', () => {
    const spec = { ...pathOf(family, [{ loss: 1 }, {}, { mtu: 1400 }]) };
    expect(locate(spec, 1401).location).toBeNull();
  });

  test('at 20 % loss each way never names a hop beyond the narrow link', () => {
    const spec = pathOf(family, [{}, { loss: 0.2 }, {}, { mtu: 1400 }, {}]);
    const hops = Array.from({ length: 300 }, (_, seed) => locate(spec, 1401, seed + 1).location?.hop ?? 0);
    expect(Math.max(...hops)).toBe(3);
    expect(hops.filter((hop) => hop === 3).length).toBeGreaterThan(200);
  });
});

test('a flight counts as unanswered only after its last packet has left', () => {
  const random = createRandom([1, 2, 3, 4]);
  const flow = createFlow(CLIENT[4], HOST[4], random);
  const search = new HopSearch({
    method: createIcmpMethod(flow, 7, random),
    largeBytes: 1401,
    targetHop: null,
  });
  const packets = search.poll(0, 100);
  for (const { number } of packets.slice(1)) search.onSent(number, 10);
  expect(search.wakeAtMs).toBe(Infinity);
  search.onSendFailed(packets[0]?.number ?? 0, 'no-buffers', 'No buffer space available', 500);
  expect(search.wakeAtMs).toBe(620);
});
