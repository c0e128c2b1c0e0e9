export interface ServerAddress {
  readonly server: string
}

/** Where the server's contracts hang. */
export function apiPrefixOf({ server }: ServerAddress): string {
  return `${server}/api`
}
