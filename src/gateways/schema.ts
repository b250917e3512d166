import { z } from 'zod';
import { CLIENT_PROFILES, type ClientProfileName } from '../ike/client-profile.ts';
import { MAX_IKE_MESSAGE_BYTES, MIN_IKE_MESSAGE_BYTES } from '../ike/ike-auth.ts';
import type { MethodName } from '../probe/method.ts';

/**
 * What a gateways file may say; keys that are not listed are refused. Null, written out, takes a default back. Every
 * message continues the key's name, and most are kept here: a value is right or wrong as a whole.
 */

/** Of a gateway, in characters. */
const LONGEST_NAME = 100;
/** As Prometheus has them: those that begin with __ are its own. */
const LABEL_NAME = /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/;
const METHODS = ['icmp', 'udp', 'ike'] as const satisfies readonly MethodName[];
const CLIENTS = Object.keys(CLIENT_PROFILES) as readonly ClientProfileName[];

const certificates = z.strictObject({
  certificates: listOf(
    text('the path of a certificate file', (path) => path.trim() !== ''),
    "a list of certificate files, the client's own first",
  ),
});

const settings = {
  family: nullable(z.union([z.literal(4), z.literal(6)], mustBe('4 or 6'))),
  methods: nullable(
    listOf(z.enum(METHODS, mustBe(METHODS.join(', '))), `a list of some of ${METHODS.join(', ')}`),
  ),
  requireMtu: nullable(whole('bytes', 68, 65_535)),
  warnBelow: nullable(whole('bytes', 68, 65_535)),
  ikeAuth: nullable(z.union([whole('bytes', MIN_IKE_MESSAGE_BYTES, MAX_IKE_MESSAGE_BYTES), certificates])),
  client: nullable(z.enum(CLIENTS, mustBe(CLIENTS.join(', ')))),
  natT: nullable(z.boolean(mustBe('true or false'))),
  deadline: nullable(number('a number of seconds from 1 to 3600', (value) => value >= 1 && value <= 3600)),
  labels: nullable(
    z.record(
      text('named in letters, digits and _, beginning with a letter', (name) => LABEL_NAME.test(name)),
      z.string(mustBe('text: put it in quotes')),
      mustBe('a list of label: text'),
    ),
  ),
};

const gateway = {
  name: z.optional(text(`text of 1 to ${LONGEST_NAME} characters (a number: in quotes)`, isName)),
  host: text('a host name or an address', isHost),
  ...settings,
};

export const gatewaysFileSchema = z.strictObject(
  {
    defaults: nullable(z.strictObject(settings, mustBe('a list of key: value'))),
    gateways: listOf(
      z.strictObject(gateway, mustBe('a list of key: value, such as host: vpn.example.net')),
      'a list of gateways, each with at least a host',
    ),
  },
  mustBe('a list of key: value, with gateways: among them'),
);

export type GatewaysFile = z.infer<typeof gatewaysFileSchema>;

/** What a gateway and the defaults may both say. */
export type GatewaySettings = NonNullable<GatewaysFile['defaults']>;

/** The keys that are known at a place in the file; empty: any may stand there. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const [section, ...inside] = path;
  if (section === undefined) return Object.keys(gatewaysFileSchema.shape);
  const within = section === 'gateways' ? inside.slice(1) : inside;
  if (within[0] === 'ikeAuth') return Object.keys(certificates.shape);
  return Object.keys(section === 'gateways' ? gateway : settings);
}

function nullable<Schema extends z.ZodType>(schema: Schema): z.ZodOptional<z.ZodNullable<Schema>> {
  return z.optional(z.nullable(schema));
}

function whole(unit: string, from: number, to: number): z.ZodType<number> {
  return number(
    `a whole number of ${unit} from ${from} to ${to}`,
    (value) => Number.isInteger(value) && value >= from && value <= to,
  );
}

function number(what: string, isRight: (value: number) => boolean): z.ZodType<number> {
  return z.custom<number>((value) => typeof value === 'number' && isRight(value), mustBe(what));
}

/** A key must be text as well, and a record wants the schema of one to say so. */
function text(what: string, isRight: (value: string) => boolean): z.ZodType<string, string> {
  return z.string(mustBe(what)).refine(isRight, mustBe(what));
}

function listOf<Item extends z.ZodType>(item: Item, what: string): z.ZodArray<Item> {
  return z.array(item, mustBe(what)).min(1, mustBe(what));
}

function mustBe(what: string): { readonly error: string } {
  return { error: `must be ${what}` };
}

/** Names go into reports, file names and metrics: no control characters, and no space at their ends. */
function isName(name: string): boolean {
  return name.length > 0 && name.length <= LONGEST_NAME && name === name.trim() && !/\p{Cc}/u.test(name);
}

function isHost(host: string): boolean {
  return host.length > 0 && host.length <= 255 && !/[\s\p{Cc}]/u.test(host) && !host.startsWith('-');
}
