import { expect, test } from '@jest/globals';
import { MALFORMED, startCapture } from './capture.ts';
import { whileGatewayUp } from './fixture.ts';
import { askInFragments } from './fragments.ts';
import { describeWithGateway } from './requirements.ts';

describeWithGateway('tshark reads our IKE requests', () => {
  const lab = whileGatewayUp('gateway-plain');

  test.each([4, 6] as const)('without complaint, whole and in fragments, over IPv%i', async (family) => {
    const { network } = lab();
    const capture = await startCapture(network, 'host', `host ${network.target(family)}`);
    await askInFragments(network, family, [
      { packetBytes: 228, pieceBytes: 1500, order: 'in-order' },
      { packetBytes: 1500, pieceBytes: 1500, order: 'in-order' },
      { packetBytes: 3200, pieceBytes: 1400, order: 'in-order' },
    ]);
    await capture.stop();

    const headers = family === 4 ? 28 : 48;
    const requests = capture.read('isakmp.exchangetype == 34 && isakmp.flag_r == 0', ['isakmp.length']);
    expect(requests).toEqual([228, 1500, 3200].map((bytes) => String(bytes - headers)));
    expect(capture.read(MALFORMED, ['frame.number', '_ws.expert.message'])).toEqual([]);
  });
});
