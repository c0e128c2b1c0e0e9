export default {
  kit: {
    people: {
      late: '迟报',
      search: '搜索姓名或拼音',
      remind: '一键提醒',
      reminded: '已提醒 {count} 人',
      remindedAt: '{time} 提醒过',
      remindTitle: '提醒未填写的成员',
      remindText: '将向尚未填写的成员发送一次工作通知，已填写的成员不会收到。',
      remindCount: '提醒 {count} 人',
      none: '没有符合条件的成员',
      noneText: '换个关键词试试',
      missing: '未填写',
      abnormal: '异常',
    },
  },
}
