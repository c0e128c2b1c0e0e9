export default {
  app: { name: '企业用工登记上报', action: '企业用工登记上报' },
  figure: {
    total: '总人数',
    reported: '已登记并上报人数',
    unreported: '已登记未上报人数',
    'not-registered': '未登记人数',
  },
  count: { registered: '已登记', registeredNew: '本次新增' },
}
