export default {
  trying: {
    title: 'Try a form',
    mark: 'Test',
    lead: '{name} asks you to try this form. What you type stays on this phone; nothing is sent or counted.',
    finish: 'Finish the test',
    done: 'This could be filed',
    doneText: 'It is complete and well-formed. Once the form is published, this could be filed.',
    abnormal: 'Would be marked abnormal:',
    normal: 'Would not be marked abnormal.',
    again: 'Fill again',
  },
}
