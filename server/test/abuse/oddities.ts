/** A request on the wire that no good client sends. */
export interface Oddity {
  readonly name: string
  readonly bytes: (token: string) => string
  /** Statuses it may be answered with; 0 is a hang-up without a word. */
  readonly may: readonly number[]
}

const line = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`
const close = 'connection: close'
const host = 'host: kangbao.test'
const json = 'content-type: application/json'
/** A second request hidden in the body of the first. */
const hidden = 'GET /healthz HTTP/1.1\r\nhost: smuggled\r\n\r\n'
const post = 'POST /api/sessions/setup HTTP/1.1'
const none = [400, 0]

const plain = (name: string, may: readonly number[], ...lines: string[]): Oddity => ({
  name,
  may,
  bytes: () => line(...lines),
})
const withBody = (name: string, may: readonly number[], body: string, ...lines: string[]): Oddity => ({
  name,
  may,
  bytes: () => `${line(...lines)}${body}`,
})

const framing: readonly Oddity[] = [
  withBody(
    'CL and TE',
    none,
    `0\r\n\r\n${hidden}`,
    post,
    host,
    json,
    'content-length: 5',
    'transfer-encoding: chunked',
  ),
  withBody(
    'TE and CL',
    none,
    `0\r\n\r\n${hidden}`,
    post,
    host,
    json,
    'transfer-encoding: chunked',
    'content-length: 5',
  ),
  withBody(
    'two CLs that differ',
    none,
    `{}${hidden}`,
    post,
    host,
    json,
    'content-length: 2',
    'content-length: 40',
  ),
  withBody('two CLs alike', none, '{}', post, host, json, 'content-length: 2', 'content-length: 2'),
  withBody('CL list', none, '{}', post, host, json, 'content-length: 2, 2'),
  withBody('negative CL', none, '{}', post, host, json, 'content-length: -2'),
  withBody('CL with a plus', none, '{}', post, host, json, 'content-length: +2'),
  withBody('CL in hex', none, '{}', post, host, json, 'content-length: 0x2'),
  withBody('CL with a space', none, '{}', post, host, json, 'content-length : 2'),
  withBody('CL beyond every number', none, '{}', post, host, json, 'content-length: 99999999999999999999'),
  withBody('CL with a letter', none, '{}', post, host, json, 'content-length: 2a'),
  withBody('empty CL', none, '{}', post, host, json, 'content-length:'),
  withBody(
    'TE: chunked twice',
    none,
    `0\r\n\r\n`,
    post,
    host,
    json,
    'transfer-encoding: chunked',
    'transfer-encoding: chunked',
  ),
  withBody(
    'TE: identity, chunked',
    none,
    `0\r\n\r\n`,
    post,
    host,
    json,
    'transfer-encoding: identity, chunked',
  ),
  withBody(
    'TE: chunked, identity',
    none,
    `0\r\n\r\n${hidden}`,
    post,
    host,
    json,
    'transfer-encoding: chunked, identity',
  ),
  withBody('TE: xchunked', none, `0\r\n\r\n${hidden}`, post, host, json, 'transfer-encoding: xchunked'),
  withBody(
    'TE with a tab',
    none,
    `0\r\n\r\n${hidden}`,
    post,
    host,
    json,
    'transfer-encoding:\tchunked',
    'content-length: 4',
  ),
  withBody(
    'TE with a space before the colon',
    none,
    `0\r\n\r\n${hidden}`,
    post,
    host,
    json,
    'transfer-encoding : chunked',
  ),
  withBody(
    'TE folded',
    none,
    `0\r\n\r\n${hidden}`,
    post,
    host,
    json,
    'transfer-encoding:',
    ' chunked',
    'content-length: 5',
  ),
  withBody('TE with a vertical tab', none, `0\r\n\r\n`, post, host, json, 'transfer-encoding: \u000bchunked'),
  withBody(
    'chunk size negative',
    none,
    `-1\r\n{}\r\n0\r\n\r\n`,
    post,
    host,
    json,
    'transfer-encoding: chunked',
  ),
  withBody(
    'chunk size too large',
    none,
    `FFFFFFFFFFFFFFFFF\r\n{}`,
    post,
    host,
    json,
    'transfer-encoding: chunked',
  ),
  withBody(
    'chunk size with 0x',
    none,
    `0x2\r\n{}\r\n0\r\n\r\n`,
    post,
    host,
    json,
    'transfer-encoding: chunked',
  ),
  withBody('chunk without CRLF', none, `2\n{}\n0\n\n`, post, host, json, 'transfer-encoding: chunked'),
  withBody(
    'chunk longer than it says',
    none,
    `2\r\n{}{}\r\n0\r\n\r\n`,
    post,
    host,
    json,
    'transfer-encoding: chunked',
  ),
  withBody('a bare LF in the head', [...none, 408], hidden, `${post}\n${host}\n${json}\ncontent-length: 2`),
  withBody(
    'a body on GET that hides a request',
    [200, ...none],
    hidden,
    'GET /healthz HTTP/1.1',
    host,
    `content-length: ${hidden.length}`,
    close,
  ),
]

const heads: readonly Oddity[] = [
  plain('no Host', none, 'GET /healthz HTTP/1.1', close),
  plain('two Hosts', none, 'GET /healthz HTTP/1.1', 'host: a', 'host: b', close),
  plain('a name without a colon', none, 'GET /healthz HTTP/1.1', host, 'x-odd', close),
  plain('an empty name', none, 'GET /healthz HTTP/1.1', host, ': x', close),
  plain('a NUL in a value', none, 'GET /healthz HTTP/1.1', host, 'x-odd: a\u0000b', close),
  plain('a CR in a value', none, 'GET /healthz HTTP/1.1', host, 'x-odd: a\rb', close),
  plain('a space in a name', none, 'GET /healthz HTTP/1.1', host, 'x odd: a', close),
  plain('folded lines', none, 'GET /healthz HTTP/1.1', host, 'x-odd: a', ' b', close),
  plain('a head of 64 KB', [431, 0], 'GET /healthz HTTP/1.1', host, `x-odd: ${'a'.repeat(65_536)}`, close),
  plain(
    'ten thousand names',
    [431, 0],
    'GET /healthz HTTP/1.1',
    host,
    ...Array.from({ length: 10_000 }, (_, i) => `x-${i}: a`),
    close,
  ),
  plain('an address of 64 KB', [414, 431, 0], `GET /healthz?a=${'a'.repeat(65_536)} HTTP/1.1`, host, close),
  plain(
    'two authorizations',
    [401, ...none],
    'GET /api/me HTTP/1.1',
    host,
    'authorization: Bearer x',
    'authorization: Bearer y',
    close,
  ),
  {
    name: 'a good authorization behind a bad one',
    may: [401, ...none],
    bytes: (token) =>
      line('GET /api/me HTTP/1.1', host, 'authorization: Bearer x', `authorization: Bearer ${token}`, close),
  },
  plain('expect: something', [417], 'GET /healthz HTTP/1.1', host, 'expect: 200-nothing', close),
  plain(
    'upgrade to h2c',
    [200],
    'GET /healthz HTTP/1.1',
    host,
    'connection: upgrade, http2-settings, close',
    'upgrade: h2c',
    'http2-settings: AAMAAABkAAQAAP__',
  ),
  plain(
    'upgrade to a socket',
    [404, 0],
    'GET /nowhere HTTP/1.1',
    host,
    'connection: upgrade',
    'upgrade: websocket',
  ),
]

const methods: readonly Oddity[] = [
  ...['TRACE', 'TRACK', 'CONNECT', 'PROPFIND', 'DEBUG', 'PURGE', 'LINK', 'get', 'FOO'].map((method) =>
    plain(`method ${method}`, [404, 405, 501, 400, 0], `${method} /healthz HTTP/1.1`, host, close),
  ),
  plain(
    'OPTIONS of another origin',
    [404, 405],
    'OPTIONS /api/me HTTP/1.1',
    host,
    'origin: https://evil.test',
    'access-control-request-method: GET',
    close,
  ),
  plain('DELETE where there is none', [404, 405], 'DELETE /api/me HTTP/1.1', host, close),
  withBody(
    'method override',
    [401],
    '{"token":"not-the-set-up-token"}',
    post,
    host,
    json,
    'x-http-method-override: DELETE',
    'content-length: 32',
    close,
  ),
]

const versions: readonly Oddity[] = [
  plain('HTTP/0.9', none, 'GET /healthz'),
  plain('HTTP/3.7', [...none, 505], 'GET /healthz HTTP/3.7', host, close),
  plain('HTTP/1.1 in lower case', none, 'GET /healthz http/1.1', host, close),
  plain('two spaces', [200, ...none], 'GET  /healthz HTTP/1.1', host, close),
  plain('a TLS greeting', none, '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'),
  plain('HTTP/2 in clear', none, 'PRI * HTTP/2.0\r\n\r\nSM'),
]

const addresses: readonly Oddity[] = [
  plain(
    'an absolute address of somebody else',
    [200, 404, 400],
    'GET http://evil.test/healthz HTTP/1.1',
    host,
    close,
  ),
  plain('two slashes', [404], 'GET //evil.test/healthz HTTP/1.1', host, close),
  plain('a backslash', [404, ...none], 'GET /\\evil.test HTTP/1.1', host, close),
  plain('a bad escape', none, 'GET /api/%zz HTTP/1.1', host, close),
  plain('a NUL escape', [404, 400], 'GET /api/me%00 HTTP/1.1', host, close),
  plain('a raw NUL', none, 'GET /api/me\u0000 HTTP/1.1', host, close),
  plain(
    'a parameter twice',
    [400, 401],
    'GET /api/directory/members?limit=1&limit=200 HTTP/1.1',
    host,
    close,
  ),
  {
    name: 'a parameter twice, signed in',
    may: [400],
    bytes: (token) =>
      line(
        'GET /api/directory/members?cursor=a&cursor=b HTTP/1.1',
        host,
        `authorization: Bearer ${token}`,
        close,
      ),
  },
  {
    name: 'a parameter as a list',
    may: [400, 200],
    bytes: (token) =>
      line(
        'GET /api/directory/members?limit[]=1&limit[$gt]=2 HTTP/1.1',
        host,
        `authorization: Bearer ${token}`,
        close,
      ),
  },
]

/** Requests that two parsers in a row may read differently, or one may choke on (S-88). */
export const oddities: readonly Oddity[] = [...framing, ...heads, ...methods, ...versions, ...addresses]
