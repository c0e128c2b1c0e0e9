// The lint rules of this house: who may import whom, who reads the environment, who tells the time.
// Decided from paths alone, without resolving anything, so that they cost nothing.
import { posix, relative, sep } from 'node:path'

/** A room is a package or a part of one with arrows of its own. The longest prefix wins. */
const rooms = [
  'shared/cage',
  'shared',
  'server',
  'miniapps/kit',
  'miniapps/*',
  'admin-console',
  'workplace/client',
  'workplace/contracts',
  'workplace',
  'sandbox/launcher',
  'sandbox',
  'e2e',
  'bench',
]

const roomOfPackage = {
  '@kangbao/shared': 'shared',
  '@kangbao/cage': 'shared/cage',
  '@kangbao/server': 'server',
  '@kangbao/kit': 'miniapps/kit',
  '@kangbao/admin-console': 'admin-console',
  '@kangbao/workplace': 'workplace',
  '@kangbao/workplace-client': 'workplace/client',
  '@kangbao/sandbox': 'sandbox',
  '@kangbao/launcher': 'sandbox/launcher',
}

const mayImport = {
  shared: [],
  // Runs on machines only: no phone gets it.
  'shared/cage': [],
  server: ['shared', 'shared/cage'],
  'miniapps/kit': ['shared'],
  'miniapps/*': ['shared', 'miniapps/kit'],
  'admin-console': ['shared'],
  'workplace/contracts': ['shared'],
  workplace: ['shared', 'shared/cage', 'workplace/contracts'],
  'workplace/client': ['shared', 'workplace/contracts'],
  sandbox: ['shared'],
  'sandbox/launcher': [],
  e2e: ['shared', 'sandbox/launcher', 'workplace/contracts'],
  bench: ['shared', 'sandbox/launcher', 'server', 'workplace/contracts'],
}

/** Everything else in `shared` would reach the phones. */
const packagesOfShared = ['typebox', 'temporal-polyfill']

const isTest = (path) => /\.(test|spec)\.ts$|(^|\/)(test|e2e|bench)\//.test(path)

export function roomOf(path) {
  const matches = (room) =>
    room.endsWith('/*')
      ? path.startsWith(room.slice(0, -1)) && path.indexOf('/', room.length - 1) > 0
      : path.startsWith(`${room}/`)
  return rooms.find(matches)
}

/** Where an import leads: a path in the repository, one of our packages, or a package from outside. */
function target(file, specifier) {
  if (specifier.startsWith('.')) return { path: posix.normalize(posix.join(posix.dirname(file), specifier)) }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  const room = roomOfPackage[name]
  if (room === undefined)
    return name.startsWith('@kangbao/app-') ? { room: 'miniapps/*', isOther: true } : { npm: name }
  const rest = specifier.slice(name.length + 1)
  return room === 'workplace' && rest.startsWith('contracts/') ? { room: 'workplace/contracts' } : { room }
}

const featureOf = (path) => /^server\/src\/features\/([^/]+)\//.exec(path)?.[1]

/** The reason an import is wrong, or undefined. */
export function importFault(file, specifier) {
  const to = target(file, specifier)
  const from = roomOf(file)
  if (from === undefined) return undefined
  return to.npm === undefined ? ownFault(file, from, to) : npmFault(file, from, to.npm)
}

function ownFault(file, from, to) {
  const toRoom = to.room ?? roomOf(to.path)
  const isSameRoom = toRoom === from && !to.isOther && (from !== 'miniapps/*' || sameApp(file, to.path))
  const allowed = [...mayImport[from], ...(isTest(file) ? ['sandbox/launcher'] : [])]
  if (!isSameRoom && !allowed.includes(toRoom)) return `${from} must not import ${toRoom ?? to.path}`
  if (from !== 'server' || to.path === undefined || isTest(file)) return undefined
  return serverFault(file, to.path)
}

const sameApp = (file, path) => path === undefined || file.split('/')[1] === path.split('/')[1]

function serverFault(file, path) {
  const from = featureOf(file)
  const to = featureOf(path)
  if (to && to !== from && !path.endsWith(`/features/${to}/index.ts`)) {
    return `another feature is entered by its index.ts only: ${path}`
  }
  if (file.startsWith('server/src/ports/') && to) return 'ports know no feature'
  const isAdapter = path.startsWith('server/src/adapters/')
  if (isAdapter && file !== 'server/src/deps.ts' && !file.startsWith('server/src/adapters/')) {
    return 'adapters are chosen in deps.ts only'
  }
  return undefined
}

function npmFault(file, from, name) {
  if (name === 'dingtalk-jsapi' && from !== 'miniapps/kit')
    return 'the host is reached through miniapps/kit only'
  if (isTest(file)) return undefined
  if (from === 'shared' && !packagesOfShared.includes(name))
    return `shared imports nothing but ${packagesOfShared.join(', ')}`
  if (name === 'drizzle-orm' && from === 'server' && !/\.(repo|table|system)\.ts$|\/db\//.test(file)) {
    return 'queries live in *.repo.ts, *.table.ts, *.system.ts and db/'
  }
  return undefined
}

const readsEnvironment = (file) => /(^|\/)config\.ts$/.test(file)
const tellsTime = (file) => /(^|\/)clock\.ts$|\/adapters\/[^/]*clock/.test(file)

const fileOf = (context) => relative(context.cwd, context.filename).split(sep).join('/')
const rule = (description, create) => ({
  meta: { type: 'problem', docs: { description }, schema: [] },
  create,
})

const imports = rule('arrows between the rooms point inward', (context) => {
  const file = fileOf(context)
  const check = (node) => {
    if (typeof node.source?.value !== 'string') return
    const message = importFault(file, node.source.value)
    if (message) context.report({ node: node.source, message })
  }
  return {
    ImportDeclaration: check,
    ExportNamedDeclaration: check,
    ExportAllDeclaration: check,
    ImportExpression: check,
  }
})

const environment = rule('the environment is read in config.ts', (context) => {
  const file = fileOf(context)
  if (readsEnvironment(file) || isTest(file)) return {}
  return {
    "MemberExpression[object.name='process'][property.name='env']": (node) =>
      context.report({ node, message: 'read the environment in config.ts and hand it down' }),
  }
})

const clock = rule('time comes from the clock port', (context) => {
  const file = fileOf(context)
  if (tellsTime(file) || isTest(file)) return {}
  const message = 'take the time from the clock port: it can be set in tests and the demo'
  return {
    "NewExpression[callee.name='Date'][arguments.length=0]": (node) => context.report({ node, message }),
    "CallExpression[callee.object.name='Date'][callee.property.name='now']": (node) =>
      context.report({ node, message }),
  }
})

const nameOf = (node) =>
  node.type === 'Identifier'
    ? node.name
    : node.type === 'MemberExpression' && node.property.type === 'Identifier'
      ? node.property.name
      : ''
const isSecretName = (name) => /(secret|token|password|passcode|signature|hmac)$/i.test(name)
const isPlain = (node) =>
  node.type === 'Literal' ||
  node.type === 'TemplateLiteral' ||
  (node.type === 'Identifier' && node.name === 'undefined') ||
  (node.type === 'UnaryExpression' && node.operator === 'typeof')

/** How long `===` takes tells how much of a guess is right (S-99). */
const secrets = rule('secrets are compared in constant time', (context) => {
  if (isTest(fileOf(context))) return {}
  return {
    'BinaryExpression[operator=/^[!=]==?$/]': (node) => {
      if (isPlain(node.left) || isPlain(node.right)) return
      if ([node.left, node.right].some((side) => isSecretName(nameOf(side))))
        context.report({ node, message: 'compare secrets with timingSafeEqual' })
    },
  }
})

const random = rule('chance comes from the system', (context) => {
  if (isTest(fileOf(context))) return {}
  return {
    "MemberExpression[object.name='Math'][property.name='random']": (node) =>
      context.report({ node, message: 'take chance from node:crypto or crypto.getRandomValues' }),
  }
})

const isStatement =
  /^\s*(select|insert|update|delete|with|begin|set|lock|truncate|alter|create|drop|grant|revoke|notify|listen)\b/i
/** What makes text safe inside a statement. */
const quoting = new Set([
  'literal',
  'quoted',
  'assertUuid',
  'statementLimit',
  'escapeIdentifier',
  'escapeLiteral',
])

/** Whether nothing a request says can be in it: constants of ours, and what was quoted. */
function isFixed(node, sourceCode) {
  switch (node.type) {
    case 'Literal':
      return true
    case 'TemplateLiteral':
      return node.expressions.every((each) => isFixed(each, sourceCode))
    case 'ConditionalExpression':
      return isFixed(node.consequent, sourceCode) && isFixed(node.alternate, sourceCode)
    case 'CallExpression':
      return quoting.has(nameOf(node.callee))
    case 'Identifier':
      return isFixedName(node, sourceCode)
    default:
      return false
  }
}

/** What a name was made as, when it is a constant: its first value, or the list it walks through. */
function constantOf(node, sourceCode) {
  let scope = sourceCode.getScope(node)
  while (scope && !scope.set.has(node.name)) scope = scope.upper
  const [definition] = scope?.set.get(node.name)?.defs ?? []
  if (definition?.type !== 'Variable' || definition.parent.kind !== 'const') return null
  if (definition.node.id.type !== 'Identifier') return null
  const loop = definition.parent.parent
  return loop.type === 'ForOfStatement' ? { list: loop.right } : { value: definition.node.init }
}

function isFixedName(node, sourceCode) {
  const constant = constantOf(node, sourceCode)
  if (constant === null) return false
  return constant.list ? isFixedList(constant.list, sourceCode) : isFixed(constant.value, sourceCode)
}

function isFixedList(node, sourceCode) {
  if (node.type === 'TSAsExpression') return isFixedList(node.expression, sourceCode)
  if (node.type === 'ArrayExpression') return node.elements.every((each) => isFixed(each, sourceCode))
  const constant = node.type === 'Identifier' ? constantOf(node, sourceCode) : null
  return constant?.value ? isFixedList(constant.value, sourceCode) : false
}

/** Values travel beside a statement, never inside (S-87). */
const sql = rule('statements are not built from values', (context) => {
  if (isTest(fileOf(context))) return {}
  const message = 'hand the value over as a parameter, or quote it with literal() or quoted()'
  const check = (node) => {
    if (!isFixed(node, context.sourceCode)) context.report({ node, message })
  }
  return {
    TemplateLiteral: (node) => {
      const isTagged = node.parent.type === 'TaggedTemplateExpression'
      if (!isTagged && isStatement.test(node.quasis[0].value.raw)) check(node)
    },
    "CallExpression[callee.object.name='sql'][callee.property.name='raw']": (node) =>
      check(node.arguments[0]),
  }
})

export const houseRules = { rules: { imports, environment, clock, secrets, random, sql } }
