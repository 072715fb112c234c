/** An HTTP server in Caddy's configuration, as we write it (caddyserver.com/docs/json/apps/http/servers). */
export interface WireServer {
  /** Our mark, `@`, and the address that it listens on unless it is suspended. */
  readonly '@id': string
  readonly listen: readonly string[]
  readonly automatic_https: { readonly disable: true }
  readonly routes: readonly [
    {
      readonly handle: readonly [
        { readonly handler: 'reverse_proxy'; readonly upstreams: readonly { readonly dial: string }[] },
      ]
    },
  ]
}
