"""One small module per Lambda function, and the local box's. Only here is anything global."""
