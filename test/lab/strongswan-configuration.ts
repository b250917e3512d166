/** The two configuration files of a strongSwan, as text: strongswan.conf for the daemon, swanctl.conf for a connection. */

/** What is left out is strongSwan's default. */
export interface DaemonPlan {
  /** The largest IP packet that a fragment of an IKE message makes, in bytes. Default: 1280. */
  readonly fragmentSize?: number;
  /** Half-open IKE SAs from which on every IKE_SA_INIT is answered with COOKIE. Default: 30. */
  readonly cookieThreshold?: number;
  /** Default: 30. */
  readonly halfOpenTimeoutSeconds?: number;
  /**
   * Whether it can have CHILD SAs: in user space (kernel-libipsec), since not every kernel has ESP. IKE then always
   * pretends to be behind a NAT and goes to port 4500. Default: false.
   */
  readonly hasEsp?: boolean;
  /** Keeps a second log with the size of each message and payload. Default: false. */
  readonly logsSizes?: boolean;
}

export interface ConnectionPlan {
  /** Own addresses. */
  readonly local: readonly string[];
  /** Null: whoever comes. */
  readonly remote: string | null;
  /** File name of the own certificate. */
  readonly certificate: string;
  /** Default: the certificate's subject. */
  readonly identity?: string;
  /** The peer has to have this identity. Default: any. */
  readonly remoteIdentity?: string;
  /** In swanctl's notation. Default: `default`, what strongSwan would choose. */
  readonly proposals?: string;
  /** RFC 7383. Default: true. */
  readonly fragmentation?: boolean;
  /** Pretends to be behind a NAT. Default: false. */
  readonly encap?: boolean;
  /** Default: true. */
  readonly mobike?: boolean;
  /** `none`: the IKE SA has no CHILD SA (RFC 6023). */
  readonly child: 'none' | ChildPlan;
}

interface ChildPlan {
  readonly localSubnet?: string;
  readonly remoteSubnet?: string;
}

export interface DaemonFiles {
  readonly viciSocket: string;
  /** The log at strongSwan's default level. */
  readonly log: string;
  readonly sizesLog: string;
}

export function daemonConfiguration(plan: DaemonPlan, files: DaemonFiles): string {
  // No plugin that acts on its own (DNS, routes, scripts) and no configuration of this machine.
  const plugins = plan.hasEsp === true ? [...PLUGINS, 'kernel-libipsec'] : PLUGINS;
  return section('charon-systemd', [
    'load_modular = no',
    // The first kernel plugin that can do ESP is the one that does.
    `load = ${[...plugins, 'kernel-netlink'].join(' ')}`,
    ...setting('fragment_size', plan.fragmentSize),
    ...setting('cookie_threshold', plan.cookieThreshold),
    ...setting('half_open_timeout', plan.halfOpenTimeoutSeconds),
    section('journal', ['default = -1']),
    section('filelog', [
      logger('default', files.log, ['default = 1']),
      // Level 3 of enc has the length of each payload, levels 1 and 2 have those of messages.
      ...(plan.logsSizes === true
        ? [logger('sizes', files.sizesLog, ['default = 1', 'ike = 2', 'net = 2', 'enc = 3'])]
        : []),
    ]),
    section('plugins', [section('vici', [`socket = unix://${files.viciSocket}`])]),
  ]);
}

/** The name of the connection, and of its child. */
export const CONNECTION = 'lab';

export function connectionConfiguration(plan: ConnectionPlan): string {
  const { child } = plan;
  return section('connections', [
    section(CONNECTION, [
      `local_addrs = ${plan.local.join(', ')}`,
      ...setting('remote_addrs', plan.remote ?? undefined),
      `proposals = ${plan.proposals ?? 'default'}`,
      `fragmentation = ${yesOrNo(plan.fragmentation ?? true)}`,
      `encap = ${yesOrNo(plan.encap ?? false)}`,
      `mobike = ${yesOrNo(plan.mobike ?? true)}`,
      // A gateway accepts both kinds; only who starts has to insist.
      ...(plan.remote === null ? [] : [`childless = ${child === 'none' ? 'force' : 'never'}`]),
      section('local', ['auth = pubkey', `certs = ${plan.certificate}`, ...setting('id', plan.identity)]),
      section('remote', ['auth = pubkey', ...setting('id', plan.remoteIdentity)]),
      ...(child === 'none'
        ? []
        : [
            section('children', [
              section(CONNECTION, [
                ...setting('local_ts', child.localSubnet),
                ...setting('remote_ts', child.remoteSubnet),
              ]),
            ]),
          ]),
    ]),
  ]);
}

function logger(name: string, path: string, levels: readonly string[]): string {
  return section(name, [`path = ${path}`, 'flush_line = yes', ...levels]);
}

function section(name: string, lines: readonly string[]): string {
  return [`${name} {`, ...lines, '}', ''].join('\n');
}

function setting(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${name} = ${value}`];
}

const yesOrNo = (value: boolean): string => (value ? 'yes' : 'no');

const CREDENTIAL_PLUGINS = ['pem', 'x509', 'pubkey', 'pkcs1', 'pkcs8', 'revocation', 'constraints'];
const CRYPTO_PLUGINS = ['random', 'nonce', 'kdf', 'openssl', 'hmac', 'sha1', 'sha2', 'aes', 'gcm'];
const PLUGINS = [...CRYPTO_PLUGINS, ...CREDENTIAL_PLUGINS, 'socket-default', 'vici'];
