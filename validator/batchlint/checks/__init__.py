"""The family `request`: what is wrong between the parts of one request, where no schema can see it."""
