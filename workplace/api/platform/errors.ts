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

export const refusals = {
  missing: (name: string) =>
    new PlatformError(40035, `缺少参数 ${name}`, { status: 400, code: 'MissingParameter' }),
  badOffset: () => new PlatformError(40068, '不合法的偏移量'),
  badSize: () => new PlatformError(40069, '不合法的size'),
  noSuchUser: () => new PlatformError(60121, '找不到该用户'),
  userOutside: () => new PlatformError(50002, '请求的员工userid不在授权范围内'),
  noSuchDepartment: () => new PlatformError(60003, '部门不存在'),
  departmentOutside: () => new PlatformError(50004, '请求的部门id不在授权范围内'),
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
