export default {
  app: { name: 'Health report', action: 'Report to the government' },
  figure: {
    total: 'All members',
    collected: 'Collected today',
    'not-collected': 'Not collected',
    abnormal: 'Abnormal today',
  },
  count: { fever: 'Fever' },
}
