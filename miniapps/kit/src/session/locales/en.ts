export default {
  kit: {
    proof: {
      title: 'Confirm it is you',
      why: 'This touches sensitive data, so please prove once more that it is you. You are not asked again for 5 minutes.',
      code: 'Code',
      by: {
        sms: 'A code goes by SMS to your phone {phone}',
        workplace: 'A code goes to you as a work notification; look under “Messages”',
        authenticator: 'Enter the code of your authenticator',
      },
      not: {
        sms: 'You have not bound a phone number yet. Bind one to go on.',
        workplace: 'Your organisation has not enabled the forms app, so no code can reach you.',
        authenticator: 'Set up the authenticator in the console first.',
      },
      sent: 'Sent. The code is good for 5 minutes.',
      confirm: 'Confirm',
    },
  },
}
