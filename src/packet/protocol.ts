/** The values of IPv4's Protocol and IPv6's Next Header that this program meets (IANA protocol numbers). */
export const PROTOCOL = {
  hopByHop: 0,
  icmp: 1,
  udp: 17,
  routing: 43,
  fragment: 44,
  authentication: 51,
  icmpv6: 58,
  noNextHeader: 59,
  destinationOptions: 60,
} as const;
