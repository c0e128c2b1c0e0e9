export default {
  app: { name: 'Employment report', action: 'Report to the government' },
  figure: {
    total: 'All members',
    reported: 'Registered and reported',
    unreported: 'Registered, not yet reported',
    'not-registered': 'Not registered',
  },
  count: { registered: 'Registered', registeredNew: 'New this time' },
}
