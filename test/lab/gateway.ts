/** A strongSwan on the host of a lab network: the VPN gateway that is measured. */
import { issueCredentials, type ChainLength, type LabKey } from './certificates.ts';
import type { Network } from './network.ts';
import { startStrongswan, type Strongswan } from './strongswan.ts';
import type { ConnectionPlan, DaemonPlan } from './strongswan-configuration.ts';

/** What is left out is strongSwan's default. */
export interface GatewayPlan
  extends DaemonPlan, Pick<ConnectionPlan, 'fragmentation' | 'encap' | 'proposals'> {
  readonly certificate?: { readonly key: LabKey; readonly chainLength: ChainLength };
  /** Answers every IKE_SA_INIT with COOKIE. Default: false, so only under the default limits. */
  readonly demandsCookies?: boolean;
}

/** A gateway's identity: its certificate has this name. */
export const GATEWAY_NAME = 'gw.example';

/** The network behind the gateway, for a client that wants a CHILD SA. There is nothing in it. */
export const GATEWAY_SUBNET = '10.88.0.0/16';

/** When this resolves, the gateway answers on all addresses of the host. */
export async function startGateway(network: Network, plan: GatewayPlan): Promise<Strongswan> {
  const { demandsCookies = false, certificate = SMALL_CERTIFICATE, fragmentation, encap, proposals } = plan;
  const credentials = await issueCredentials(GATEWAY_NAME, certificate.key, certificate.chainLength);
  const gateway = await startStrongswan(network, 'host', {
    ...plan,
    ...(demandsCookies ? COOKIES_FROM_THE_FIRST_HALF_OPEN_ON : {}),
  });
  const local = network.families.map((family) => network.addressOf('host', family));
  gateway.configure(credentials, {
    local,
    remote: null,
    identity: GATEWAY_NAME,
    child: plan.hasEsp === true ? { localSubnet: GATEWAY_SUBNET } : 'none',
    ...(fragmentation === undefined ? {} : { fragmentation }),
    ...(encap === undefined ? {} : { encap }),
    ...(proposals === undefined ? {} : { proposals }),
  });
  if (demandsCookies) await leaveHalfOpen(network, gateway);
  return gateway;
}

/**
 * Leaves a half-open IKE SA on the gateway, from its own address: group 14 is one that strongSwan accepts, and ike-scan
 * never goes on to IKE_AUTH.
 */
async function leaveHalfOpen(network: Network, gateway: Strongswan): Promise<void> {
  const target = network.addressOf('host', 4);
  const { stdout } = await network.start('host', ['ike-scan', '--ikev2', '--dhgroup=14', '--sport=0', target])
    .outcome;
  if (gateway.ikeSas().halfOpen !== 1) throw new Error(`no half-open IKE SA remains: ${stdout}`);
}

/**
 * In strongSwan `cookie_threshold = 0` turns cookies off; 1 is the lowest that means anything, and needs one half-open
 * IKE SA that stays.
 */
const COOKIES_FROM_THE_FIRST_HALF_OPEN_ON: DaemonPlan = {
  cookieThreshold: 1,
  halfOpenTimeoutSeconds: 86_400,
};

const SMALL_CERTIFICATE = { key: 'p256', chainLength: 1 } as const;
