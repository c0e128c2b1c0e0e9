import { errorCatalogue, isErrorCode, type ErrorCode } from './catalogue.ts'
import type { Locale } from '../locale.ts'

/** What went wrong and what to do next, for the person in front of the screen. */
export const errorMessages: Readonly<Record<Locale, Readonly<Record<ErrorCode, string>>>> = {
  'zh-CN': {
    'request.invalid': '提交的内容格式不正确，请检查后重试',
    'request.too-large': '内容过大，请减少后重试',
    'session.missing': '请先登录',
    'session.expired': '登录已过期，请重新打开应用',
    'auth-code.invalid': '登录凭证已失效，请重新打开应用',
    'sms-code.invalid': '验证码错误或已过期，请重新获取',
    'sms-code.too-many': '验证码获取过于频繁，请稍后再试',
    'setup-link.invalid': '初始化链接无效或已使用，请查看最新的启动日志',
    'permission.missing': '你没有此操作的权限，请联系主管理员',
    'resource.missing': '内容不存在或已被删除',
    'route.missing': '页面不存在',
    'app.not-authorised': '当前组织尚未开通此应用，请管理员扫码开通',
    'app.stopped': '此应用已被组织停用，请联系管理员',
    'callback.forged': '回调签名不正确',
    'callback.stale': '回调已过期',
    'callback.unreadable': '回调内容无法解析',
    'template.missing': '模板不存在',
    'template.locked': '此模板的名称和字段不可修改',
    'form.closed': '本次填报已截止',
    'form.not-open': '填报尚未开始',
    'form.ended': '此表单已结束',
    'form.not-in-audience': '你不在此表单的填写范围内，如有疑问请联系管理员',
    'form.audience-empty': '所选范围内没有成员，请重新选择',
    'form.settings-invalid': '发布设置有误，请检查后重试',
    'form.already-published': '此模板已发布，无需重复发布',
    'answers.invalid': '部分内容填写有误，请按提示修改',
    'submission.changed': '内容已在别处修改，请刷新后重试',
    'correction.reason-missing': '更正需要填写原因',
    'reminder.nobody': '没有需要提醒的成员',
    'reminder.too-soon': '刚刚提醒过，请稍后再试',
    'report.nothing-new': '暂无数据上报',
    'report.in-progress': '上报正在进行，请稍候',
    'report.form-missing': '对应的表单尚未发布，请先在智能填表中发布',
    'sync.running': '通讯录正在同步，请稍候',
    'run.running': '任务正在执行，请稍候',
    'phone.invalid': '手机号格式不正确，请填写 11 位手机号',
    'phone.unknown': '没有成员验证过此手机号，请先在应用内绑定',
    'rate.limited': '操作过于频繁，请稍后再试',
    'workplace.unreachable': '工作平台暂时无法连接，请稍后再试',
    'server.overloaded': '当前访问人数较多，请稍后再试',
    'server.failed': '系统出了点问题，请稍后再试',
  },
  en: {
    'request.invalid': 'That could not be read. Check it and try again.',
    'request.too-large': 'That is too large. Make it smaller and try again.',
    'session.missing': 'Please sign in first.',
    'session.expired': 'Your session has expired. Open the app again.',
    'auth-code.invalid': 'The sign-in code is no longer valid. Open the app again.',
    'sms-code.invalid': 'The code is wrong or has expired. Ask for a new one.',
    'sms-code.too-many': 'Too many codes were asked for. Please wait a little.',
    'setup-link.invalid': 'This set-up link is wrong or was used. Look at the latest start-up log.',
    'permission.missing': 'You may not do this. Ask your main admin.',
    'resource.missing': 'This does not exist or was removed.',
    'route.missing': 'There is no such page.',
    'app.not-authorised': 'Your organisation has not enabled this app. An admin can scan its code.',
    'app.stopped': 'Your organisation has stopped this app. Ask an admin.',
    'callback.forged': 'The callback signature is wrong.',
    'callback.stale': 'The callback is too old.',
    'callback.unreadable': 'The callback cannot be read.',
    'template.missing': 'There is no such template.',
    'template.locked': 'The name and fields of this template cannot be changed.',
    'form.closed': 'This round has closed.',
    'form.not-open': 'This form is not open yet.',
    'form.ended': 'This form has been ended.',
    'form.not-in-audience': 'This form is not meant for you. Ask an admin if it should be.',
    'form.audience-empty': 'Nobody is in the chosen range. Choose again.',
    'form.settings-invalid': 'The publish settings do not fit together. Please check them.',
    'form.already-published': 'This template is published already.',
    'answers.invalid': 'Some answers need a change; see the notes beside them.',
    'submission.changed': 'This was changed elsewhere. Reload and try again.',
    'correction.reason-missing': 'A correction needs a reason.',
    'reminder.nobody': 'Nobody is left to remind.',
    'reminder.too-soon': 'They were reminded a moment ago. Try again later.',
    'report.nothing-new': 'There is nothing new to report.',
    'report.in-progress': 'A report is on its way. Please wait.',
    'report.form-missing': 'The form behind this report is not published yet. Publish it in Forms first.',
    'sync.running': 'The directory is being synchronised. Please wait.',
    'run.running': 'This is running already. Please wait.',
    'phone.invalid': 'That is not a mobile number. Enter 11 digits.',
    'phone.unknown': 'No member has confirmed this number. Bind it inside the app first.',
    'rate.limited': 'Too many requests. Please try again shortly.',
    'workplace.unreachable': 'The workplace does not answer. Please try again later.',
    'server.overloaded': 'It is very busy just now. Please try again shortly.',
    'server.failed': 'Something went wrong. Please try again later.',
  },
}

/** The sentence to show for an error code; unknown codes read as a general failure. */
export function errorMessage(code: string, locale: Locale): string {
  return errorMessages[locale][isErrorCode(code) ? code : 'server.failed']
}

/** Whether trying the same thing again later can help. */
export function isPassing(code: string): boolean {
  if (!isErrorCode(code)) return true
  const { status } = errorCatalogue[code]
  return status >= 500 || status === 429
}
