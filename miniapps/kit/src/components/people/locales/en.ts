export default {
  kit: {
    people: {
      late: 'Late',
      search: 'Search by name or pinyin',
      remind: 'Remind all',
      reminded: '{count} people reminded',
      remindedAt: 'Reminded {time}',
      remindTitle: 'Remind those who have not filed',
      remindText: 'Each of them gets one work notification. Those who have filed are left in peace.',
      remindCount: 'Remind {count}',
      none: 'Nobody matches',
      noneText: 'Try another word',
      missing: 'Not filed',
      abnormal: 'Abnormal',
    },
  },
}
