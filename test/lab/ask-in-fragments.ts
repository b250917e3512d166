/**
 * A program for the client's namespace: sends IKE requests in IP fragments of its own making, and prints for each
 * whether the gateway answered, as a JSON array. Started by fragments.ts with the questions as JSON.
 */
import { createECDH, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { RawTransport } from '../../src/net/raw-transport.ts';
import { sizeProbe } from '../../src/packet/ike/size-probe.ts';
import { fragmentIpv4, fragmentIpv6 } from '../../src/packet/fragment.ts';
import * as ipv4 from '../../src/packet/ipv4.ts';
import * as ipv6 from '../../src/packet/ipv6.ts';
import { PROTOCOL } from '../../src/packet/protocol.ts';
import * as udp from '../../src/packet/udp.ts';
import type { Family } from '../../src/results/result.ts';
import type { Question } from './fragments.ts';

const [familyText, source = '', destination = '', questionsText = ''] = process.argv.slice(2);
