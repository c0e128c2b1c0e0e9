export default {
  trying: {
    title: '试填表单',
    mark: '测试',
    lead: '{name} 请你试填。填写的内容只留在这台手机上，不会提交，也不计入统计。',
    finish: '完成试填',
    done: '可以提交',
    doneText: '内容完整，格式正确。正式发布后，这样填写就能提交。',
    abnormal: '会标为异常：',
    normal: '不会标为异常。',
    again: '再填一次',
  },
}
