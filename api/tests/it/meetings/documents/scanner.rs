//! The scanner for viruses, played by a server that speaks as clamd does.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, UnixListener},
};

use super::{
    files::{docx, pdf},
    new, sends,
};
use crate::{meetings::invited, stage::Stage};

/// A scanner that reads what it is sent as clamd does, and answers this.
async fn scans(mut socket: impl AsyncReadExt + AsyncWriteExt + Unpin, answer: &str) -> Vec<u8> {
    let mut head = [0; 10];
    socket.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"zINSTREAM\0");
    let mut file = Vec::new();
    loop {
        let long = socket.read_u32().await.unwrap() as usize;
        if long == 0 {
            break;
        }
        let at = file.len();
        file.resize(at + long, 0);
        socket.read_exact(&mut file[at..]).await.unwrap();
    }
    socket.write_all(answer.as_bytes()).await.unwrap();
    file
}

#[tokio::test]
async fn a_scanner_is_asked_and_only_its_yes_lets_through() {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("tcp:{}", tcp.local_addr().unwrap());
    let stage = Stage::set_with(|config| {
        config.clamd = Some(at);
        config.request_seconds = 5;
    })
    .await;
    let id = invited(&stage, &[]).await;
    let (file, query) = (pdf("", &[]), new("a.pdf", "GENERAL"));
    for (answer, status, code) in [
        ("stream: OK\0", 201, "no error"),
        ("stream: Eicar-Test-Signature FOUND\0", 400, "BAD_USER_INPUT"),
        ("INSTREAM size limit exceeded. ERROR\0", 503, "LIMITED"),
        ("", 503, "LIMITED"),
        ("stream: OK FOUND? ERROR\0", 503, "LIMITED"),
    ] {
        let before = stage.entries().await.len();
        let sending = sends(&stage, "mx.test.secretary", &id, &query, file.clone());
        let scanning = async {
            let (socket, _) = tcp.accept().await.unwrap();
            scans(socket, answer).await
        };
        let (told, scanned) = tokio::join!(sending, scanning);
        assert_eq!((told.status.as_u16(), told.code()), (status, code), "{answer}: {}", told.text);
        assert_eq!(scanned, file);
        assert_eq!(stage.entries().await.len() > before, status == 201);
    }
    // One that takes everything and says nothing.
    let sending = sends(&stage, "mx.test.secretary", &id, &query, file.clone());
    let (told, _socket) = tokio::join!(sending, async { tcp.accept().await.unwrap() });
    assert_eq!((told.status.as_u16(), told.code()), (503, "LIMITED"));
    // One that is not there.
    drop(tcp);
    let told = sends(&stage, "mx.test.secretary", &id, &query, file).await;
    assert_eq!((told.status.as_u16(), told.code()), (503, "LIMITED"));
    assert_eq!(told.header("retry-after"), "60");
}

#[tokio::test]
async fn a_scanner_is_asked_over_a_socket_of_the_machine_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clamd.ctl");
    let unix = UnixListener::bind(&path).unwrap();
    let stage = Stage::set_with(|config| config.clamd = Some(format!("unix:{}", path.display()))).await;
    let id = invited(&stage, &[]).await;
    let file = docx(&[("word/media/image1.png", &vec![7; 200_000])]);
    let query = new("a.docx", "GENERAL");
    let sending = sends(&stage, "mx.test.secretary", &id, &query, file.clone());
    let scanning = async { scans(unix.accept().await.unwrap().0, "stream: OK\0").await };
    let (told, scanned) =
        tokio::time::timeout(Duration::from_secs(20), async { tokio::join!(sending, scanning) })
            .await
            .unwrap();
    assert_eq!((told.status.as_u16(), scanned), (201, file), "{}", told.text);
}
