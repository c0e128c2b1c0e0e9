export default {
  kit: {
    longChoice: {
      search: 'Search the options',
      none: 'No option like this',
      found: '{count} options',
      done: 'Done ({count} chosen)',
      remove: 'Remove {label}',
      add: 'Choose more',
    },
  },
}
