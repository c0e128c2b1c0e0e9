export const help = {
  help: {
    for: { admin: 'Admins', member: 'Members' },
    more: 'Nothing found? Ask an admin in your group chat; organisations of 500 people or more have a service contact.',
    admin: [
      {
        title: 'Register and invite',
        steps: [
          'In Messages tap + and choose Create organisation; enter full name, industry, location and size.',
          'Save the QR code or copy the link and send it to your people.',
          'Code and link work for seven days. Under Admin, Organisation you renew them, take them back, and decide whether joining needs approval.',
        ],
      },
      {
        title: 'Import the directory',
        steps: [
          'Open this page on a computer, sign in by scan and choose Admin. The first time you set an admin password.',
          'Download the template, fill in name, phone and department, and upload it.',
          'The whole file is checked first: fix it by the error list and upload again, or import the valid rows only.',
        ],
      },
      {
        title: 'Install the reporting apps',
        steps: [
          'Scan the codes of the employment report and the health report.',
          'Choose the team, accept the terms, choose Admins only, and tap Enable now.',
          'Open the app on the workbench and tap the report button to send the numbers.',
        ],
      },
      {
        title: 'Send the daily check-in',
        steps: [
          'Open Forms on the workbench and choose the health template; leave its name and fields as they are.',
          'Choose Org only, switch on repeat and DING, and publish.',
        ],
      },
    ],
    member: [
      {
        title: 'Join',
        steps: [
          'Scan the code or open the link from your admin.',
          'Sign in with phone and code, enter your name and join, or wait for approval.',
        ],
      },
      {
        title: 'Daily check-in',
        steps: [
          'Open the card in Messages, fill it in and submit.',
          'Confirm a DING when you receive one.',
          'You can also open Forms on the workbench.',
        ],
      },
      {
        title: 'Text too small',
        steps: ['Choose larger text or the dark appearance under Me, Display and language.'],
      },
    ],
  },
}
