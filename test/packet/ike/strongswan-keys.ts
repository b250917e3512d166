import { fromHex } from '../../../src/packet/ike/bytes.ts';
import { Encryption, Group, Integrity, Prf } from '../../../src/packet/ike/iana.ts';
import type { IkeMessage } from '../../../src/packet/ike/message.ts';
import type { KeyInput, Keys } from '../../../src/packet/ike/protection.ts';
import type { Algorithms } from '../../../src/packet/ike/answer.ts';

/** An exchange between this program and strongSwan 5.9.8, with the keys as strongSwan logged them (`ike = 4`). */
export interface LoggedExchange {
  readonly algorithms: Algorithms;
  readonly input: KeyInput;
  readonly keys: Keys;
  /** Of the empty IKE_AUTH that strongSwan then decrypted ("parsed IKE_AUTH request 1 [ ]"). */
  readonly iv: Uint8Array;
  readonly message: Uint8Array;
}

export const CBC_EXCHANGE: LoggedExchange = {
  algorithms: {
    encryption: Encryption.aesCbc,
    keyLengthBits: 256,
    pseudorandomFunction: Prf.hmacSha2_256,
    integrity: Integrity.hmacSha2_256_128,
    group: Group.ecp256,
  },
  input: {
    sharedSecret: fromHex('abc4b0b92414ae914d739eb8b64e69e2a180204d9cdf497355376737e4bfcac6'),
    initiatorNonce: fromHex('b1801c180b3d370d672e64046c8f7bd92a009553228f6364e2ac67cb8834bb86'),
    responderNonce: fromHex('e79dff8fc91ff45f3c3423789a51dc21b49299052d31f2bc67ec5a56d8c5f5a7'),
    initiatorSpi: fromHex('d7e08750822ec922'),
    responderSpi: fromHex('9fb6dc2b8fcd553c'),
  },
  keys: {
    seed: fromHex('e44e5f64fa565d00885c30e2549def58166c1d64186e62c1572736ce4b3a980f'),
    derive: fromHex('d37be934d891d1aec0de3249435202a362b40cb6453696200901e3c4b662873e'),
    integrity: {
      initiator: fromHex('84ebfa9591aca71d45b47b58ab72149e885a74bf7866ee9d05cd8d1788173930'),
      responder: fromHex('b086e89d6762247141a19b3474b6d98176c8d7c790fcfa6d362e46e0064f9080'),
    },
    encryption: {
      initiator: fromHex('05915b922961228dbc5dc159f324be300fe006854d1859be292dbcd506115616'),
      responder: fromHex('b966b36fceb300ea64ef91a5b9116b8859c62dca75709838badec05c6a48425a'),
    },
    authentication: {
      initiator: fromHex('f2127fcf11b4f48d843dc9b7ab8e815034e059b9ad510c34403fbe4371c12dd1'),
      responder: fromHex('d81b80ead24559ebcce69a61ae9574886cd18be6a50502d4e7e4b87bc019cd70'),
    },
  },
  iv: fromHex('0821e6ede854deafafd00845d84b80c5'),
  message: fromHex(
    'd7e08750822ec9229fb6dc2b8fcd553c2e2023080000000100000050000000340821e6ede854deafafd00845d84b80c5' +
      '223a0eba323824e3a8a4a108ef79352db483d693a2fccecb2077f8d5477aa733',
  ),
};

export const GCM_EXCHANGE: LoggedExchange = {
  algorithms: {
    encryption: Encryption.aesGcm16,
    keyLengthBits: 256,
    pseudorandomFunction: Prf.hmacSha2_384,
    integrity: null,
    group: Group.ecp384,
  },
  input: {
    sharedSecret: fromHex(
      '06516ca5ab95905ff2118cdcf7da062fabaeb34b60d961edaa4806a8962bea29cbc5deb07f5163e79db1ac8d3e9a3b37',
    ),
    initiatorNonce: fromHex('2f5206fa7d7f803a04b41131e28ae7801601d8bacb28e0dacba7aa07ff8774b5'),
    responderNonce: fromHex('a3fac79689ef8ec71a517d618e17a1b7246e31914ee17df077d63710470238fb'),
    initiatorSpi: fromHex('7faa8121b9d76417'),
    responderSpi: fromHex('9125a6c6b9754ccb'),
  },
  keys: {
    seed: fromHex(
      'ae98f0247820d49dd77f6ee53f0ad85009a2dff17fa13597e5b3f292ce7cf7e8f138ca830bd974995409a680f80824c0',
    ),
    derive: fromHex(
      'ac0381a37ffd00027ce8ba6df09eeb03a3bbf6b12a48b7e732c533ee5119770f8d4a85f9e284c521299786bef65503f6',
    ),
    integrity: { initiator: new Uint8Array(), responder: new Uint8Array() },
    // 32 bytes of key and 4 of salt.
    encryption: {
      initiator: fromHex('5fe45e209a2ffbbbb0ded89183b33f8d8edd6ccda76450f0d8a0e789906fe93208fe6e8d'),
      responder: fromHex('a2e4a8c57b172d29b418db2e124b0dafe7b0a755930879e301c832db1d91afd5be8b6c82'),
    },
    authentication: {
      initiator: fromHex(
        '32faea65990d388b51a5ae884090d6b322b5990894aa6f24e1fd12bd53d3fc37ef041085c384f34c89870a8a69fe4d82',
      ),
      responder: fromHex(
        '033e670efa85ce747b16d18c4551699b4c35a09c7da7af81de812ccc5ca7dea3cf07219542bd162ff6f88c8369bbee65',
      ),
    },
  },
  iv: fromHex('3047fb02dd49f29f'),
  message: fromHex(
    '7faa8121b9d764179125a6c6b9754ccb2e20230800000001000000390000001d3047fb02dd49f29f5dbf5d638f934bc9' +
      '6e2b1baba775745784',
  ),
};

/** Request 1 of an exchange, empty. */
export function emptyIkeAuth({ initiatorSpi, responderSpi }: KeyInput): IkeMessage {
  return {
    type: 'ike',
    initiatorSpi,
    responderSpi,
    majorVersion: 2,
    minorVersion: 0,
    exchangeType: 35,
    isFromInitiator: true,
    isResponse: false,
    messageId: 1,
    payloads: [],
    trailing: new Uint8Array(),
  };
}
