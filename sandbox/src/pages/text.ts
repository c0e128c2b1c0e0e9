export type Locale = 'zh-CN' | 'en'

/** Every word on the pages, side by side. */
const texts = {
  brand: ['康报 · 沙箱', 'Kangbao · Sandbox'],
  brandNote: ['外部系统的替身，仅供试用与测试', 'Stand-ins for outside systems, for trials and tests only'],
  'nav.government': ['政务接收端', 'Government'],
  'nav.sms': ['短信手机', 'SMS phone'],
  'nav.mail': ['收件箱', 'Inbox'],
  'nav.home': ['首页', 'Home'],
  'nav.label': ['沙箱页面', 'Sandbox pages'],
  'other.language': ['English', '中文'],
  live: ['实时', 'Live'],
  offline: ['连接中断，正在重连', 'Connection lost, trying again'],
  'home.government': [
    '查看各单位报来的数字，或让接收端出错',
    'See what orgs reported, or make the receiver fail',
  ],
  'home.sms': ['所有短信验证码都会出现在这里', 'Every SMS code appears here'],
  'home.mail': ['系统发出的邮件都会投到这里', 'Every mail the system sends lands here'],
  'gov.title': ['政务接收端', 'Government receiver'],
  'gov.lead': [
    '模拟政府端接口：验签、校验、去重并给出回执。',
    'Stands in for the government’s endpoint: checks signature and schema, drops repeats, gives receipts.',
  ],
  'gov.orgs': ['报送单位', 'Orgs'],
  'gov.reports': ['收到报送', 'Reports'],
  'gov.duplicates': ['重复送达', 'Repeats'],
  'gov.outOfOrder': ['次序异常', 'Out of order'],
  'gov.rejected': ['未成功调用', 'Failed calls'],
  'gov.behaviour': ['接收端表现', 'Behaviour'],
  'gov.behaviourNote': ['切换后立即对下一次调用生效', 'Takes effect on the next call'],
  'mode.ok': ['正常', 'Normal'],
  'mode.fail': ['报错 503', 'Fail 503'],
  'mode.delay': ['延迟', 'Delay'],
  'mode.refuse': ['拒收 422', 'Refuse 422'],
  'mode.cut': ['断线', 'Cut'],
  'mode.slow': ['慢速', 'Slow'],
  'mode.forge': ['假回执', 'Forge'],
  'modeNote.ok': ['收到即回执', 'Receipt at once'],
  'modeNote.fail': ['不处理，回 503，对方应重试', 'Takes nothing, answers 503; the sender retries'],
  'modeNote.delay': ['等 20 秒再处理', 'Waits 20 s before it takes the report'],
  'modeNote.refuse': ['验签通过但退回，对方不应重试', 'Signed well but sent back; the sender must not retry'],
  'modeNote.cut': [
    '已入库但不回执就断开，重送不得重复计数',
    'Takes it and hangs up; the repeat must not count twice',
  ],
  'modeNote.slow': ['回执在 20 秒内逐字返回', 'The receipt drips over 20 s'],
  'modeNote.forge': ['已收下，但回执签名不对', 'Takes the report; the receipt is signed with another key'],
  'gov.newest': ['各单位最新数字', 'Newest numbers by org'],
  'gov.received': ['收到的报送', 'Reports received'],
  'gov.calls': ['最近的调用', 'Latest calls'],
  'gov.empty': [
    '还没有收到报送。在应用里点“上报”，这里会立即出现。',
    'Nothing yet. Tap 上报 in the app and it appears here at once.',
  ],
  'gov.noCalls': ['还没有调用。', 'No calls yet.'],
  'kind.employment': ['用工登记', 'Employment'],
  'kind.health': ['健康数据', 'Health'],
  'col.org': ['单位', 'Org'],
  'col.kind': ['类别', 'Kind'],
  'col.day': ['日期', 'Day'],
  'col.counts': ['数字', 'Counts'],
  'col.receipt': ['回执号', 'Receipt'],
  'col.sequence': ['序号', 'No.'],
  'col.state': ['验签与送达', 'Signature and delivery'],
  'col.received': ['收到时间', 'Received'],
  'col.outcome': ['结果', 'Outcome'],
  'col.status': ['状态码', 'Status'],
  'col.detail': ['说明', 'Detail'],
  'col.report': ['报送编号', 'Report'],
  'count.totalMembers': ['总人数', 'Total'],
  'count.registered': ['已登记', 'Registered'],
  'count.registeredNew': ['新增登记', 'New'],
  'count.notRegistered': ['未登记', 'Not registered'],
  'count.collected': ['已填报', 'Collected'],
  'count.notCollected': ['未填报', 'Not collected'],
  'count.abnormal': ['异常', 'Abnormal'],
  'count.fever': ['发热', 'Fever'],
  'sig.good': ['验签通过', 'Signed'],
  'order.in-order': ['次序正确', 'In order'],
  'order.gap': ['跳号', 'Gap before'],
  'order.late': ['迟到或重号', 'Late or repeated'],
  automatic: ['自动', 'Automatic'],
  manual: ['人工', 'By hand'],
  'attempts.many': ['送达 {n} 次', 'Arrived {n} times'],
  'attempts.one': ['送达 1 次', 'Arrived once'],
  'outcome.accepted': ['已接收', 'Accepted'],
  'outcome.duplicate': ['重复，已去重', 'Repeat, counted once'],
  'outcome.conflict': ['同键异文，拒绝', 'Same key, other body'],
  'outcome.bad-signature': ['签名错误', 'Bad signature'],
  'outcome.stale': ['时间戳过期', 'Stale timestamp'],
  'outcome.invalid': ['格式不符', 'Does not fit the schema'],
  'outcome.told-to-fail': ['按设定报错', 'Failed as told'],
  'outcome.told-to-refuse': ['按设定拒收', 'Refused as told'],
  'outcome.accepted-then-cut': ['已接收后断线', 'Accepted, then cut'],
  'outcome.duplicate-then-cut': ['重复送达后断线', 'Repeat, then cut'],
  'sms.title': ['短信手机', 'SMS phone'],
  'sms.lead': [
    '发往任意号码的短信都会出现在这里，最新的在最上面。',
    'Every SMS to any number, newest first.',
  ],
  'sms.phones': ['号码', 'Phones'],
  'sms.all': ['全部号码', 'All phones'],
  'sms.empty': [
    '还没有短信。在工作台获取验证码，这里会立即出现。',
    'No messages yet. Ask for a code in the workplace and it appears here at once.',
  ],
  'sms.copy': ['复制', 'Copy'],
  'sms.copied': ['已复制', 'Copied'],
  'mail.title': ['收件箱', 'Inbox'],
  'mail.lead': [
    'SMTP 收到的全部邮件，最新的在最上面。发往 nobody@ 的会退回，later@ 的要求稍后再试。',
    'Every mail that came in by SMTP, newest first. nobody@ is sent back, later@ asks to try again.',
  ],
  'mail.empty': ['还没有邮件。', 'No mail yet.'],
  'mail.from': ['发件人', 'From'],
  'mail.to': ['收件人', 'To'],
  'mail.attachments': ['附件', 'Attachments'],
  'mail.noSubject': ['（无主题）', '(no subject)'],
  'mail.back': ['返回收件箱', 'Back to the inbox'],
  'mail.hasAttachments': ['{n} 个附件', '{n} attachments'],
} as const satisfies Record<string, readonly [string, string]>

export type TextKey = keyof typeof texts

export type Translate = (key: TextKey, values?: Readonly<Record<string, number>>) => string

export function translator(locale: Locale): Translate {
  return (key, values = {}) => {
    const text: string = texts[key][locale === 'en' ? 1 : 0]
    return Object.entries(values).reduce(
      (filled, [name, value]) => filled.replace(`{${name}}`, String(value)),
      text,
    )
  }
}

export const isTextKey = (key: string): key is TextKey => Object.hasOwn(texts, key)

/** A key made from data; an unknown one is shown as it came. */
export const orItself = (t: Translate, key: string, raw: string): string => (isTextKey(key) ? t(key) : raw)
