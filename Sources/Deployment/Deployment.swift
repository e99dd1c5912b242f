// Deployment
