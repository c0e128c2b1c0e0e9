export default {
  kit: {
    proof: {
      title: '再次验证身份',
      why: '此操作涉及敏感数据，请再次验证身份。验证后 5 分钟内无需重复。',
      code: '验证码',
      by: {
        sms: '验证码将发送至你绑定的手机 {phone}',
        workplace: '验证码将以工作通知发送给你，请在“消息”里查看',
        authenticator: '请输入身份验证器中的验证码',
      },
      not: {
        sms: '你还没有绑定手机号，绑定后才能验证。',
        workplace: '组织未启用智能填表，无法接收验证码。',
        authenticator: '请先在管理后台设置身份验证器。',
      },
      sent: '验证码已发送，5 分钟内有效',
      confirm: '确认',
    },
  },
}
