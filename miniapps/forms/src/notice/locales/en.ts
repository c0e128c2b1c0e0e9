export default {
  consent: {
    title: 'Notice on personal data',
    isNew: 'This notice is new. Please read it again.',
    lead: '{org} asks you to fill this form. First: what is collected, why, who sees it and how long it is kept.',
    basis: 'Legal basis',
    basisIs: {
      consent: 'Your consent',
      'public-health-duty': 'A public-health duty (reporting ordered by the authorities)',
      'hr-management': 'Necessary for managing staff',
    },
    seenBy: 'Who sees it',
    kept: 'How long it is kept',
    keptDays: '{days} days, then answers and files are deleted; only counts stay',
    effect: 'Sensitive data and what it means',
    collects: 'What is collected',
    sensitive: 'Sensitive',
    choices: 'Your choice',
    choicesText:
      'This goes beyond what is ordered and takes your separate consent, each by itself. Leave it unticked and file all the same; take it back whenever you like.',
    rights:
      'Under “Me” you can see and download what is held on you, withdraw, ask for deletion, and see who looked.',
    acknowledge: 'I have read this, go on',
    agree: 'Agree and go on',
    confirm: 'Save and go back',
    back: 'Go back without a change',
  },
  guardian: {
    title: 'A guardian’s consent',
    text: 'This ID number belongs to somebody under 14. A parent or guardian has to agree before it can be filed. Name and phone are stored sealed.',
    beside:
      'The guardian fills this in here in person. If absent, close this and file when you are together; nothing is stored before.',
    name: 'Guardian’s name',
    phone: 'Guardian’s phone',
    read: 'Read the notice',
    tick: 'I am the guardian, have read the notice and agree',
    give: 'Agree and file',
  },
}
