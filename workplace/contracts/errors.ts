/** Every error the client API may answer. Codes are public: add, never rename. */
export const workplaceErrors = {
  'request.invalid': { status: 400, zh: '请求内容有误', en: 'The request is not valid' },
  'request.too-large': { status: 413, zh: '提交的内容过长', en: 'What was sent is too long' },
  'session.missing': { status: 401, zh: '请先登录', en: 'Sign in first' },
  'session.expired': {
    status: 401,
    zh: '登录已过期，请重新登录',
    en: 'The session has expired, sign in again',
  },
  'permission.denied': { status: 403, zh: '没有权限', en: 'You may not do this' },
  'admin.password-required': { status: 403, zh: '请输入管理密码', en: 'Enter the admin password' },
  'admin.password-unset': { status: 409, zh: '请先设置管理密码', en: 'Set the admin password first' },
  'admin.password-set': { status: 409, zh: '管理密码已设置', en: 'The admin password is already set' },
  'admin.password-wrong': { status: 403, zh: '管理密码不正确', en: 'The admin password is wrong' },
  'admin.password-weak': {
    status: 422,
    zh: '密码必须包含数字、小写字母、大写字母，长度不低于 6 位',
    en: 'The password needs a digit, a lower-case and an upper-case letter, and at least 6 characters',
  },
  'admin.password-short': {
    status: 422,
    zh: '密码长度不能少于 8 位',
    en: 'The password needs at least 8 characters',
  },
  'admin.password-long': {
    status: 422,
    zh: '密码长度不能超过 128 位',
    en: 'The password may have at most 128 characters',
  },
  'admin.password-common': {
    status: 422,
    zh: '这个密码太常见，容易被猜到，请换一个',
    en: 'This password is common and easily guessed; choose another',
  },
  'admin.password-outdated': {
    status: 409,
    zh: '管理密码不符合现在的要求，请设置新密码',
    en: 'The admin password no longer meets the rule; set a new one',
  },
  'admin.sign-in-old': {
    status: 403,
    zh: '登录已超过 12 小时，请退出后重新登录，再输入管理密码',
    en: 'You signed in more than 12 hours ago; sign in again, then give the admin password',
  },
  'resource.missing': { status: 404, zh: '内容不存在或不可见', en: 'Not found' },
  'sms.too-soon': {
    status: 429,
    zh: '验证码发送太频繁，请稍后再试',
    en: 'A code was sent a moment ago, wait a little',
  },
  'sms.too-many': { status: 429, zh: '今日验证码次数已用完', en: 'Too many codes today' },
  'sms.unavailable': { status: 503, zh: '短信服务暂不可用', en: 'The SMS service cannot be reached' },
  'code.wrong': { status: 422, zh: '验证码不正确或已过期', en: 'The code is wrong or has expired' },
  'terms.required': { status: 422, zh: '请先同意服务条款', en: 'Accept the terms first' },
  'account.password-wrong': {
    status: 422,
    zh: '手机号或密码不正确',
    en: 'Phone number or password is wrong',
  },
  'account.proof-needed': {
    status: 422,
    zh: '请先验证身份',
    en: 'Prove that it is you first',
  },
  'account.unknown': {
    status: 404,
    zh: '该手机号还没有注册',
    en: 'This phone number has no account',
  },
  'account.phone-taken': {
    status: 409,
    zh: '该手机号已被其他账号或团队通讯录使用',
    en: 'This phone number belongs to another account or directory entry',
  },
  'account.phone-same': {
    status: 422,
    zh: '新手机号与当前手机号相同',
    en: 'This is the phone number you have already',
  },
  'account.last-admin': {
    status: 409,
    zh: '你是团队唯一的主管理员',
    en: 'You are the only main admin of an organisation',
  },
  'account.picture': {
    status: 422,
    zh: '头像图片无法使用，请换一张',
    en: 'This picture cannot be used, choose another',
  },
  'rate.limited': { status: 429, zh: '操作太频繁，请稍后再试', en: 'Too many requests, wait a little' },
  'scan-sign-in.expired': { status: 410, zh: '二维码已失效，请刷新', en: 'The QR code has expired' },
  'scan-sign-in.taken': {
    status: 409,
    zh: '该二维码已被另一部手机扫描，请刷新后重新扫码',
    en: 'Another phone has scanned this code; refresh it and scan again',
  },
  'join.closed': { status: 409, zh: '该团队邀请已失效', en: 'This invitation is no longer valid' },
  'join.expired': { status: 410, zh: '邀请已过期', en: 'This invitation has expired' },
  'join.waiting': {
    status: 409,
    zh: '申请已提交，等待管理员审批',
    en: 'Already asked; an admin has to approve',
  },
  'join.decided': {
    status: 409,
    zh: '该申请已被处理或已撤回',
    en: 'This request was already decided or withdrawn',
  },
  'invitation.expired': {
    status: 410,
    zh: '邀请已过期，请联系对方团队重新邀请',
    en: 'This invitation has expired; ask the organisation for a new one',
  },
  'invitation.revoked': {
    status: 410,
    zh: '邀请已被对方撤回',
    en: 'The organisation has taken this invitation back',
  },
  'invitation.decided': {
    status: 409,
    zh: '该邀请已经处理过',
    en: 'This invitation has been answered already',
  },
  'org.dissolved': { status: 410, zh: '该团队已解散', en: 'This team has been dissolved' },
  'org.name-differs': {
    status: 422,
    zh: '输入的名称与团队全称不一致，请核对后重新输入',
    en: 'This is not the full name of the team; check it and type it again',
  },
  'org.full': {
    status: 409,
    zh: '团队人数已达上限，请先申请企业认证',
    en: 'The org is full; apply for certification',
  },
  'department.name-taken': { status: 409, zh: '同级部门名称重复', en: 'A sibling has this name' },
  'department.name-invalid': {
    status: 422,
    zh: '部门名称不能为空、超过 64 字或包含 - , ，',
    en: 'A department name has 1 to 64 characters without - , ，',
  },
  'department.not-empty': {
    status: 409,
    zh: '部门下还有成员或子部门',
    en: 'The department still has members or departments',
  },
  'department.root': { status: 409, zh: '不能修改根部门', en: 'The root department cannot be changed so' },
  'department.loop': {
    status: 409,
    zh: '不能移动到自己的下级部门',
    en: 'A department cannot move below itself',
  },
  'department.outside': { status: 403, zh: '超出你管理的部门范围', en: 'Outside the departments you manage' },
  'member.phone-taken': {
    status: 409,
    zh: '手机号已在通讯录中',
    en: 'The phone is already in the directory',
  },
  'member.userid-taken': { status: 409, zh: '员工 UserID 已存在', en: 'The staff id is already taken' },
  'member.phone-invalid': { status: 422, zh: '手机号格式不正确', en: 'The phone number is not valid' },
  'directory.changed': {
    status: 409,
    zh: '其他管理员刚刚修改过这里，请关闭后重新打开再修改',
    en: 'Another admin has just changed this; close it, open it again and make your change',
  },
  'member.is-admin': {
    status: 403,
    zh: '只有主管理员可以修改或移出管理员',
    en: 'Only a main admin may change or remove an admin',
  },
  'member.last-admin': { status: 409, zh: '至少保留一名主管理员', en: 'One main admin has to remain' },
  'import.too-large': { status: 413, zh: '文件过大', en: 'The file is too large' },
  'import.unreadable': {
    status: 422,
    zh: '文件无法读取，请使用 .xls 或 .xlsx',
    en: 'The file cannot be read; use .xls or .xlsx',
  },
  'import.not-workbook': {
    status: 422,
    zh: '文件内容不是 Excel 工作簿，请在 Excel 或 WPS 中另存为 .xlsx 后上传',
    en: 'The content is no Excel workbook; save it as .xlsx in Excel or WPS',
  },
  'import.encrypted': {
    status: 422,
    zh: '文件设有密码，请取消密码后上传',
    en: 'The file is protected by a password; remove it first',
  },
  'import.active-content': {
    status: 422,
    zh: '文件含有宏、外部链接或嵌入对象，请另存为不含这些内容的 .xlsx 后上传',
    en: 'The file holds macros, external links or embedded objects; save it as .xlsx without them',
  },
  'import.too-much-inside': {
    status: 422,
    zh: '文件展开后过大，请只保留需要导入的表格',
    en: 'What the file unpacks to is too large; keep the table to import only',
  },
  'import.headings-missing': {
    status: 422,
    zh: '找不到表头“姓名”“手机号”“部门”，请使用模板',
    en: 'The headings 姓名, 手机号 and 部门 were not found; use the template',
  },
  'import.too-many-rows': { status: 422, zh: '行数超过上限', en: 'Too many rows' },
  'import.not-ready': {
    status: 409,
    zh: '文件还在检查或已导入',
    en: 'The file is still being checked, or is imported already',
  },
  'import.interrupted': {
    status: 409,
    zh: '服务重启，导入已中断，没有写入任何内容，请重新上传文件',
    en: 'The service restarted and the import was interrupted; nothing was written, upload the file again',
  },
  'import.outdated': {
    status: 409,
    zh: '检查之后通讯录已被修改，没有写入任何内容，请重新上传文件',
    en: 'The directory was changed after the check; nothing was written, upload the file again',
  },
  'import.cannot-undo': {
    status: 409,
    zh: '只能在 7 天内撤销最近一次导入',
    en: 'Only the last import can be undone, within 7 days',
  },
  'import.has-problems': {
    status: 409,
    zh: '文件中有错误，请确认仅导入正确的行',
    en: 'The file has problems; confirm to import the valid rows only',
  },
  'import.certification-required': {
    status: 409,
    zh: '导入超过 50 人需要先完成企业高级认证',
    en: 'Importing more than 50 people needs advanced certification',
  },
  'certification.pending': {
    status: 409,
    zh: '认证申请正在审核',
    en: 'A certification request is being reviewed',
  },
  'certification.done': {
    status: 409,
    zh: '团队已完成高级认证',
    en: 'The org holds advanced certification already',
  },
  'certification.decided': {
    status: 409,
    zh: '该申请已被处理或已撤回',
    en: 'This request was already decided or withdrawn',
  },
  'certification.item': {
    status: 422,
    zh: '有一项内容不正确，请核对',
    en: 'One item is not right; check it',
  },
  'certification.paper': {
    status: 422,
    zh: '图片无法使用，请上传清晰的 JPG、PNG 或 WebP 照片',
    en: 'This picture cannot be used; upload a clear JPG, PNG or WebP photo',
  },
  'app.already-installed': {
    status: 409,
    zh: '该团队已授权此应用',
    en: 'This org has already authorised the app',
  },
  'app.stopped': { status: 409, zh: '应用已停用', en: 'The app is stopped' },
  'app.scope-empty': { status: 422, zh: '请选择部门或成员', en: 'Choose departments or people' },
  'app.not-visible': { status: 403, zh: '你不在该应用的可用范围内', en: 'You are outside the app’s scope' },
  'web-sign-in.app': {
    status: 404,
    zh: '要登录的应用不存在，请核对链接',
    en: 'The app that asks you to sign in is not known here; check the link',
  },
  'web-sign-in.redirect': {
    status: 400,
    zh: '应用没有登记这个回调地址，为了你的账号安全，不能继续登录',
    en: 'The app has not registered this return address; for your safety you cannot sign in through it',
  },
  'web-sign-in.request': {
    status: 400,
    zh: '登录请求的参数不正确，请从应用重新进入',
    en: 'The request to sign in is not complete; start again from the app',
  },
  'web-sign-in.org': {
    status: 409,
    zh: '请选择你所在的团队',
    en: 'Choose one of your organisations',
  },
  'template.msg': {
    status: 422,
    zh: '模板内容不是可发送的消息（markdown、action_card、oa、text、link）',
    en: 'The template is no message that can be sent (markdown, action_card, oa, text, link)',
  },
  'message.not-allowed': { status: 403, zh: '不能在此会话发送消息', en: 'You cannot write here' },
  'message.recall-late': {
    status: 409,
    zh: '发送超过 2 分钟，不能撤回',
    en: 'Sent more than 2 minutes ago; it cannot be recalled any more',
  },
  'group.full': { status: 409, zh: '群成员已达上限', en: 'The group is full' },
  'group.not-owner': { status: 403, zh: '只有群主可以这样做', en: 'Only the owner of the group may do this' },
  'ding.reminded': {
    status: 429,
    zh: '刚刚提醒过，请稍后再提醒',
    en: 'They were reminded a moment ago; wait a little',
  },
  'media.too-large': { status: 413, zh: '文件过大', en: 'The file is too large' },
  'media.missing': {
    status: 422,
    zh: '文件不存在，请重新上传',
    en: 'The file is not there any more; upload it again',
  },
  'media.type': { status: 422, zh: '不支持的文件类型', en: 'This kind of file is not accepted' },
  'suite.address': {
    status: 422,
    zh: '地址不正确，请填写 http 或 https 开头的完整地址',
    en: 'This is no address; give a whole one that begins with http or https',
  },
  'operator.key-wrong': {
    status: 422,
    zh: '密钥不正确，或登录链接已使用、已过期',
    en: 'The key is wrong, or the link was used or has expired',
  },
  'server.error': { status: 500, zh: '系统繁忙，请稍后再试', en: 'Something went wrong' },
} as const satisfies Record<string, { status: number; zh: string; en: string }>

export type WorkplaceErrorCode = keyof typeof workplaceErrors

/** RFC 9457 body of every refused client request. */
export interface Problem {
  type: string
  title: string
  /** The title in both languages, so that the client need not keep its own table. */
  titles: { zh: string; en: string }
  status: number
  code: WorkplaceErrorCode
  details: Record<string, unknown>
  requestId: string
}
