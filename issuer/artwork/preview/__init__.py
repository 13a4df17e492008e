"""What issuing would draw, before anything is signed: drafts, how well their texts fit, and all of them on one sheet."""
