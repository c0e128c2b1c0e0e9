import { createSigner, createVerifier } from 'fast-jwt'
import { LRUCache } from 'lru-cache'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'

const issuer = 'kangbao'
const audience = 'kangbao-api'
/** RFC 9068: so that no other kind of token signed with the same key passes for one. */
const tokenType = 'at+jwt'
/** Ours are about 400 characters long; more is not worth parsing. */
const longestToken = 2_048
/** Clocks of our own machines may differ by this much. */
export const leewayS = 5

const Seconds = Type.Integer({ minimum: 0 })
const Claims = Type.Object({
  sub: Type.String(),
  org: Type.Optional(Uuid),
  role: Type.Union([
    Type.Literal('member'),
    Type.Literal('sub-admin'),
    Type.Literal('main-admin'),
    Type.Literal('operator'),
    Type.Literal('viewer'),
  ]),
  guest: Type.Optional(Type.Literal(true)),
  /** The session it belongs to. */
  sid: Uuid,
  iat: Seconds,
  nbf: Seconds,
  exp: Seconds,
  /** When the caller proved himself a second time (S-22). */
  prf: Type.Optional(Seconds),
})
const claimsCheck = Compile(Claims)
const uuidCheck = Compile(Uuid)
/** What an access token says; moments are seconds since 1970, by our clock. */
export type Claims = Static<typeof Claims>

/** Signs and reads tokens with one key. */
export interface TokenKey {
  sign(claims: Claims): string
  /** @throws Error unless signature, type, issuer and audience are right. Times are not looked at. */
  read(token: string): unknown
}

/** @param secret at least 32 characters. Only HS256 is ever signed or accepted. */
export function tokenKey(kid: string, secret: string): TokenKey {
  const sign = createSigner({
    key: secret,
    algorithm: 'HS256',
    kid,
    iss: issuer,
    aud: audience,
    header: { alg: 'HS256', typ: tokenType },
  })
  const read = createVerifier({
    key: secret,
    algorithms: ['HS256'],
    allowedIss: issuer,
    allowedAud: audience,
    checkTyp: tokenType,
    // Without these it takes a token that says nothing of whom it is from or for.
    requiredClaims: ['iss', 'aud'],
    // Judged by our own clock, which tests move; the library would use the machine's.
    ignoreExpiration: true,
    ignoreNotBefore: true,
  })
  return { sign: (claims) => sign(claims), read }
}

/**
 * The key a token names, before anything in it is believed; null for whatever does not look like one of ours: another
 * algorithm, header fields we do not write (`jku`, `jwk`, `x5u`, `crit`), a spelling that is not canonical.
 */
export function namedKey(token: string): string | null {
  if (token.length > longestToken) return null
  const [header = '', ...others] = token.split('.')
  if (others.length !== 2 || !others.every(isCanonical)) return null
  const known = namedBy.get(header)
  if (known !== undefined) return known
  const kid = isCanonical(header) ? keyIn(header) : null
  if (kid !== null) namedBy.set(header, kid)
  return kid
}

/** Headers seen and what they name: every token of one key has the same. */
const namedBy = new LRUCache<string, string>({ max: 16 })

function keyIn(text: string): string | null {
  const header = headerOf(text)
  if (header === null) return null
  const { alg, typ, kid, ...others } = header
  const isOurs = alg === 'HS256' && typ === tokenType && Object.keys(others).length === 0
  return isOurs && typeof kid === 'string' ? kid : null
}

/** The claims of a token whose signature was right, if they have their form. */
export function asClaims(read: unknown): Claims | null {
  if (!claimsCheck.Check(read)) return null
  return isWhole(read) ? read : null
}

/** The operator is nobody's member; a viewer is somebody, of no org; whoever belongs to an org is somebody there. */
function isWhole({ role, sub, org, guest }: Claims): boolean {
  if (role === 'operator') return sub === 'operator' && org === undefined
  if (role === 'viewer') return uuidCheck.Check(sub) && org === undefined && guest === undefined
  return uuidCheck.Check(sub) && org !== undefined
}

/** One text, one token: base64url that decodes the same with a letter changed is refused. */
function isCanonical(part: string): boolean {
  return part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part
}

function headerOf(part: string): Record<string, unknown> | null {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof header === 'object' && header !== null ? { ...header } : null
  } catch {
    return null
  }
}
