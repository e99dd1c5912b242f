// AssetBundling
