/** What `pathmtu gateways init` writes. */
export const EXAMPLE_GATEWAYS_FILE = `# Gateways for pathmtu: compare, check and serve read this file.
#   pathmtu gateways check gateways.yaml     is it right?
#   sudo pathmtu compare --file gateways.yaml
# Sizes are whole IP packets in bytes. JSON is accepted as well.

# What counts for each gateway that does not say otherwise.
defaults:
  # Below this the path is CRITICAL, below warnBelow it is worth a WARNING.
  requireMtu: 1280
  warnBelow: 1400

  # The IKE_AUTH that must get through: its size in bytes (Wireshark: ISAKMP Length), or the certificates that it is
  # computed from.
  ikeAuth: 3200

  # Whose IKE_AUTH it is: windows, strongswan, libreswan, openiked or generic.
  client: windows

  # In seconds.
  deadline: 10

gateways:
  - name: paris
    host: vpn-paris.example.net
    # Free text for metrics and reports.
    labels:
      site: paris
      provider: example

  # The same gateway over IPv6, as a path of its own.
  - name: paris-ipv6
    host: vpn-paris.example.net
    family: 6
    labels:
      site: paris

  - name: lyon
    host: 192.0.2.20
    # icmp, udp and ike: all of them unless this says otherwise.
    methods: [icmp, ike]
    # UDP port 4500, as behind a NAT. Left out: as the negotiation finds.
    natT: true
    # Takes a default back.
    warnBelow: null
    # Paths are relative to this file, the client's own certificate comes first; no key is needed.
    # ikeAuth:
    #   certificates: [client.pem, intermediate-ca.pem]
`;
