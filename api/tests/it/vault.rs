//! Files named by what they hold: whole, or not there at all.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::Path,
};

use api::{
    ledger::sha256,
    vault::{Hashed, Vault},
};
use bytes::Bytes;

fn written(vault: &Vault, bytes: &[u8]) -> api::vault::Sealed {
    let mut file = Hashed::new(vault.scratch().file().unwrap());
    file.write_all(bytes).unwrap();
    file.seal()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() {
                names(&path)
            } else {
                vec![path.file_name().unwrap().to_str().unwrap().into()]
            }
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_file_is_stored_as_its_bytes_are_and_read_back_either_way() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::in_folder(folder.path()).unwrap();
    // More than is sent at once.
    let bytes: Vec<u8> = (0..20_000_000_u32).map(|at| (at % 251) as u8).collect();
    for bytes in [&b""[..], b"one", &bytes] {
        let sealed = written(&vault, bytes);
        assert_eq!(sealed.hash(), sha256(bytes));
        let name = vault.put_file(sealed).await.unwrap();
        assert_eq!(name, sha256(bytes));
        assert_eq!(vault.get(&name).await.unwrap(), bytes);
        let mut read = Vec::new();
        vault.open(&name).await.unwrap().read_to_end(&mut read).unwrap();
        assert!(read == bytes);
        assert_eq!(vault.put(Bytes::copy_from_slice(bytes)).await.unwrap(), name);
        assert_eq!(vault.put_file(written(&vault, bytes)).await.unwrap(), name);
    }
    assert_eq!(names(folder.path()).len(), 3);
}

#[tokio::test]
async fn a_damaged_file_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::in_folder(folder.path()).unwrap();
    let name = vault.put_file(written(&vault, b"figures")).await.unwrap();
    fs::write(folder.path().join(&name[..2]).join(&name), b"figurez").unwrap();
    assert!(vault.open(&name).await.unwrap_err().to_string().contains("damaged"));
    assert!(vault.get(&name).await.unwrap_err().to_string().contains("damaged"));
    assert!(vault.open(&"0".repeat(64)).await.is_err());
    assert!(vault.open("../ledger.head").await.is_err());
}

#[tokio::test]
async fn what_a_killed_node_left_half_written_goes_at_the_next_start_unless_somebody_writes() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::in_folder(folder.path()).unwrap();
    let name = vault.put(Bytes::from_static(b"figures")).await.unwrap();
    let shelf = folder.path().join(&name[..2]);
    let half = [shelf.join(format!("{name}#1")), folder.path().join(".tmpAbCdEf")];
    half.iter().for_each(|path| fs::write(path, b"half").unwrap());

    // Another process that is putting a file holds this lock.
    let writing = File::open(folder.path()).unwrap();
    writing.lock_shared().unwrap();
    Vault::in_folder(folder.path()).unwrap();
    assert!(half.iter().all(|path| path.exists()));

    drop(writing);
    let vault = Vault::in_folder(folder.path()).unwrap();
    assert_eq!(names(folder.path()), std::slice::from_ref(&name));
    assert_eq!(vault.get(&name).await.unwrap(), &b"figures"[..]);
}
