/** A refusal of the open platform; each side of it puts the same failure in its own shape. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  constructor(
    readonly errcode: number,
    message: string,
    /** How api.dingtalk.com says it. */
    readonly api: { status: number; code: string } = { status: 400, code: 'param.error' },
  ) {
    super(message)
  }
}

/** Token failures have a shape of their own on topapi: errcode 88 with this sub-code. */
export class TokenError extends PlatformError {
  constructor(errcode: 40014 | 40000, message: string) {
    super(errcode, message, {
      status: 400,
      code: errcode === 40000 ? 'AuthenticationFailed.MissingParameter' : 'InvalidAuthentication',
    })
  }
}

/** Database codes of values it cannot hold: a NUL, a number beyond its range, a text that is no number or date. */
const unfitValues: ReadonlySet<unknown> = new Set(['22003', '22007', '22008', '22021', '22P02', '22P05'])

/** A value that no check refused before the database did. A busy platform would be asked again, for ever. */
export const unfitValue = (error: unknown): PlatformError | null =>
  error instanceof Error && 'code' in error && unfitValues.has(error.code)
    ? new PlatformError(400002, '参数错误')
    : null

/** Parameters whose absence has a code of its own. */
const missingCodes: Readonly<Record<string, number>> = {
  suite_key: 41021,
  suite_ticket: 41023,
  permanent_code: 41025,
  tmp_auth_code: 41026,
  auth_corpid: 41027,
}

export const refusals = {
  missing: (name: string) =>
    new PlatformError(missingCodes[name] ?? 40035, `缺少参数 ${name}`, {
      status: 400,
      code: 'MissingParameter',
    }),
  badOffset: () => new PlatformError(40068, '不合法的偏移量'),
  badSize: () => new PlatformError(40069, '不合法的size'),
  noSuchUser: () => new PlatformError(60121, '找不到该用户'),
  userOutside: () => new PlatformError(50002, '请求的员工userid不在授权范围内'),
  noSuchDepartment: () => new PlatformError(60003, '部门不存在'),
  departmentOutside: () => new PlatformError(50004, '请求的部门id不在授权范围内'),
  badValue: (name: string, why: string) =>
    new PlatformError(400002, `参数错误 ${name}：${why}`, { status: 400, code: 'param.error' }),
  badUserCode: () =>
    new PlatformError(40078, '不存在的临时授权码', {
      status: 400,
      code: 'invalidParameter.authCode.notFound',
    }),
  badRefreshToken: () =>
    new PlatformError(40078, '不存在的refreshToken', {
      status: 400,
      code: 'invalidParameter.refreshToken.notFound',
    }),
  badSsoCode: () => new PlatformError(41007, '不合法的code', { status: 400, code: 'invalidCode' }),
  noSuchTodo: () => new PlatformError(400002, '待办不存在', { status: 404, code: 'todo.task.notFound' }),
  badAuthCode: () => new PlatformError(40078, '不存在的临时授权码'),
  badSuite: () =>
    new PlatformError(40088, '不合法的suite_key或suite_secret', {
      status: 400,
      code: 'invalidClientIdOrSecret',
    }),
  badSuiteKey: () => new PlatformError(40088, '不合法的suiteKey', { status: 400, code: 'invalidSuiteKey' }),
  badTicket: () =>
    new PlatformError(40085, '不合法的suite_ticket', { status: 400, code: 'invalidSuiteTicket' }),
  badSuiteToken: () =>
    new PlatformError(40082, '不合法的套件token', { status: 400, code: 'InvalidAuthentication' }),
  noSuiteToken: () =>
    new PlatformError(41022, '缺少suite_access_token', {
      status: 400,
      code: 'AuthenticationFailed.MissingParameter',
    }),
  suiteTokenOver: () =>
    new PlatformError(42009, 'suite_access_token已过期', { status: 400, code: 'InvalidAuthentication' }),
  notAuthorised: () =>
    new PlatformError(41030, '企业未对该套件授权', { status: 400, code: 'invalidAuthInfo' }),
  badPermanentCode: () => new PlatformError(40084, '不合法的永久授权码'),
  stopped: () => new PlatformError(50003, '应用已停用', { status: 403, code: 'Forbidden.AccessDenied' }),
  badAgent: () => new PlatformError(40056, '不合法的agentid'),
  internalOnly: () =>
    new PlatformError(60011, '没有调用该接口的权限', {
      status: 403,
      code: 'Forbidden.AccessDenied.AccessTokenPermissionDenied',
    }),
}
