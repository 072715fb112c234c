export const HAPROXY_CFG = '/etc/haproxy/haproxy.cfg'

/** A balancer on port 80 before these servers (`host:port`), which answer in turn. */
export function haproxyCfg(servers: readonly string[]): string {
  return `global
  maxconn 100
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 5s
frontend amphora
  bind :80
  default_backend servers
backend servers
  balance roundrobin
${servers.map((server, index) => `  server s${index + 1} ${server}\n`).join('')}`
}
