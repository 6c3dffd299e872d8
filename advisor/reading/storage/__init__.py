"""Where logs lie: folders of this machine or s3://, gs://, http:// addresses, and files that grow or are damaged."""
