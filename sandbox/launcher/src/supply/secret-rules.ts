/** A shape that only a secret has. */
export interface SecretRule {
  readonly name: string
  /** Global; the secret itself is the group `secret`, or the whole match. */
  readonly pattern: RegExp
  /** Matches that are no secret, by what stands in them. */
  readonly unless?: RegExp
  /** Least disorder of the secret, in bits per character: words have less. */
  readonly leastEntropy?: number
}

/** Values that stand for one: `<token>`, `${TOKEN}`, `xxxx`, `changeme`, `example`. */
const standIn =
  /[<>${}*…]|x{4}|change|example|placeholder|your|dummy|^password$|secret-?here|1234567890|0123456789|abcdef/i

const provider = (name: string, pattern: RegExp): SecretRule => ({ name, pattern })

/**
 * Shapes of the keys of the services a project like this meets, the forms our own secrets have, and last anything
 * disordered that is called a secret.
 */
export const secretRules: readonly SecretRule[] = [
  provider(
    'private key',
    /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\s*(?:[\w+/=:, -]*\s*){1,4}[A-Za-z0-9+/]{20,}/g,
  ),
  provider('Alibaba Cloud access key', /\bLTAI[A-Za-z0-9]{16,24}\b/g),
  provider('Tencent Cloud secret id', /\bAKID[A-Za-z0-9]{32}\b/g),
  provider('AWS access key', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g),
  provider('Google API key', /\bAIza[\w-]{35}\b/g),
  provider('Google OAuth secret', /\bGOCSPX-[\w-]{28}\b/g),
  provider('GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g),
  provider('GitHub fine-grained token', /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/g),
  provider('GitLab token', /\bglpat-[\w-]{20,}/g),
  provider('npm token', /\bnpm_[A-Za-z0-9]{36}\b/g),
  provider('npm authentication', /_auth(?:Token)?\s*=\s*(?<secret>[\w+/=-]{16,})/g),
  provider('Slack token', /\bxox[abposr]-[A-Za-z0-9-]{20,}/g),
  provider('Slack webhook', /hooks\.slack\.com\/services\/T\w{8,}\/B\w{8,}\/\w{20,}/g),
  provider('DingTalk robot', /oapi\.dingtalk\.com\/robot\/send\?access_token=[0-9a-f]{64}/g),
  provider('WeCom robot', /qyapi\.weixin\.qq\.com\/cgi-bin\/webhook\/send\?key=[0-9a-f-]{36}/g),
  provider('Stripe key', /\b[rs]k_live_[A-Za-z0-9]{20,}/g),
  provider('SendGrid key', /\bSG\.[\w-]{22}\.[\w-]{43}/g),
  provider('key of a language model', /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}/g),
  provider('Docker token', /\bdckr_pat_[\w-]{27}/g),
  provider('PyPI token', /\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}/g),
  provider('age key', /\bAGE-SECRET-KEY-1[0-9A-Z]{58}/g),
  {
    name: 'signed token',
    pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/g,
  },
  {
    name: 'password in an address',
    pattern:
      /\b(?:postgres(?:ql)?|rediss?|amqps?|mongodb(?:\+srv)?|mysql|smtps?|https?):\/\/[^\s:@/'"`]{1,64}:(?<secret>[^\s@/'"`]{6,})@(?!localhost|127\.|\[::1\]|example)/g,
    unless: standIn,
  },
  {
    name: 'something called a secret',
    pattern:
      /(?:secret|password|passwd|token|api_?key|access_?key|master_?key|aes_?key|private_?key|credential)\w*['"]?\s{0,3}[:=]\s{0,3}['"]?(?<secret>[A-Za-z0-9+/_=-]{24,})(?![\w(.[])/gi,
    unless: standIn,
    leastEntropy: 3.9,
  },
  {
    name: 'hexadecimal called a secret',
    pattern:
      /(?:secret|password|passwd|token|api_?key|access_?key|master_?key|aes_?key|private_?key|credential)\w*['"]?\s{0,3}[:=]\s{0,3}['"]?(?<secret>[0-9a-f]{32,})(?![\w(.[])/gi,
    unless: standIn,
    leastEntropy: 3.2,
  },
]
